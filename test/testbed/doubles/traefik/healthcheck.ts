import type { StaticConfig } from './flags.ts';

/** `traefik healthcheck --ping`. @returns the exit code */
export async function askPing({ ping, entryPoints }: StaticConfig): Promise<0 | 1> {
  if (!ping) {
    console.log('Error calling healthcheck: please enable `ping` to use health check');
    return 1;
  }
  const port = entryPoints.find(({ name }) => name === 'traefik')?.port ?? 8080;
  const url = `http://127.0.0.1:${port}/ping`;
  const status = await fetch(url).then(
    (answer) => answer.status,
    () => 0,
  );
  console.log(status === 200 ? `OK: ${url}` : `Bad healthcheck status: ${status}`);
  return status === 200 ? 0 : 1;
}
