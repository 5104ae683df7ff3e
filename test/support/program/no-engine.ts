/** An address without a Docker engine, so that tests do not find the engine of this machine. */
export const noEngine = 'unix:///nonexistent/docker.sock';
