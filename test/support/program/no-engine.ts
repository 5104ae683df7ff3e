/** No Docker engine answers there: without it, what a tester's machine has would be found. */
export const noEngine = 'unix:///nonexistent/docker.sock';
