import type { Config } from './config.ts';

const special = ['!4', '*4', '!6', '*6', '*'];

/**
 * The `--ready` flag: queries the admin server of a running PostgREST. As in the real program, this always fails with a
 * special host name such as `!4`, the default, because its address is unknown.
 * Source: PostgREST/postgrest, src/PostgREST/Client.hs.
 * @returns the exit code
 */
export async function askReady({ adminServerHost: host, adminServerPort: port }: Config): Promise<0 | 1> {
  if (port === undefined)
    return fail('UNREACHABLE: Admin server is not running. Please check admin-server-port config.');
  if (special.includes(host))
    return fail(
      `REFUSED: The --ready flag cannot be used when server-host is configured as "${host}". Please update your server-host config to "localhost".`,
    );
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/ready`;
  try {
    const { ok } = await fetch(url);
    if (!ok) return fail(`UNAVAILABLE: ${url}`);
    console.log(`OK: ${url}`);
    return 0;
  } catch {
    return fail(`HTTP EXCEPTION: connection refused to ${url}`);
  }
}

function fail(message: string): 1 {
  console.error(message);
  return 1;
}
