/**
 * `tunnel --metrics HOST:PORT ready`: checks whether the cloudflared at that address has a connection. @returns the
 * exit code
 */
export async function askReady(metrics: string | undefined): Promise<0 | 1> {
  if (metrics === undefined) return fail('--metrics has to be provided');
  const url = `http://${metrics}/ready`;
  try {
    const answer = await fetch(url);
    if (answer.status === 200) return 0;
    return fail(`${url} endpoint returned status code ${answer.status}\n${await answer.text()}`);
  } catch {
    return fail(`Get "${url}": dial tcp ${metrics}: connect: connection refused`);
  }
}

function fail(message: string): 1 {
  console.error(message);
  return 1;
}
