import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { openCheckout, pretending, startWith } from './checkout.ts';

const thisNodeAs = (version: string) => [process.execPath, ...pretending(version)];
const readText = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The oldest supported Node according to `engines`, without the patch number: `22.13`. */
const oldestSupported = /"node": ">=(\d+\.\d+)\.0"/.exec(readText('package.json'))?.[1] ?? 'none';

describe('bin/erp-deploy.js', () => {
  it('runs the program in the same process, with its arguments', async () => {
    const checkout = openCheckout();
    const run = startWith([process.execPath], checkout, 'exit', '5', '--a b', '');
    expect(await run.next()).toEqual({ node: process.versions.node, arguments: ['exit', '5', '--a b', ''] });
    expect(await run.end()).toEqual({ code: 5, signal: null, stderr: '', last: 'no more output' });
  });

  it('starts from a file that is executable after the build: npx sets the mode only when it first links it', () => {
    expect(statSync(new URL('../../bin/erp-deploy.js', import.meta.url)).mode & 0o777).toBe(0o755);
  });

  it('stores the compile cache in dist/.compile-cache', async () => {
    const checkout = openCheckout();
    await startWith([process.execPath], checkout).end();
    expect(readdirSync(`${checkout.folder}/dist/.compile-cache`)).toHaveLength(1);
  });

  it('uses a separate compile cache for commands that load no WebAssembly, because they set no V8 flags', async () => {
    const checkout = openCheckout();
    for (const words of [['run'], ['plan'], ['--help'], ['status', '--recorded']]) {
      await startWith([process.execPath], checkout, ...words).end();
    }
    expect(readdirSync(`${checkout.folder}/dist/.compile-cache`)).toHaveLength(2);
  });

  it.each(['22.13.0', '23.0.0', '100.1.0'])('accepts Node %s', async (version) => {
    const checkout = openCheckout();
    const run = startWith(thisNodeAs(version), checkout);
    expect(await run.next()).toMatchObject({ node: version });
    expect(await run.end()).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(['22.12.9', '21.14.0', '9.20.0'])('refuses Node %s', async (version) => {
    const checkout = openCheckout();
    expect(await startWith(thisNodeAs(version), checkout).end()).toMatchObject({
      code: 3,
      last: 'no more output',
    });
  });
});

describe.each(olderNodes())('an older Node: %s', (_name, older) => {
  it.each([0, 5])(
    'restarts the program under the pinned Node, and exits with its status %i',
    async (code) => {
      const checkout = openCheckout();
      checkout.pinRuntime();
      const words = ['exit', String(code), "it's", '', '--json'];
      const run = startWith(older, checkout, ...words);
      expect(await run.next()).toEqual({ node: process.versions.node, arguments: words });
      expect(await run.end()).toEqual({ code, signal: null, stderr: '', last: 'no more output' });
    },
  );

  it.each(['SIGTERM', 'SIGKILL', 'SIGHUP'])(
    'ends by the same signal that ended the program: %s',
    async (signal) => {
      const checkout = openCheckout();
      checkout.pinRuntime();
      expect(await startWith(older, checkout, 'die', signal).end()).toMatchObject({ code: null, signal });
    },
  );

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('sends %s on to the program', async (signal) => {
    const checkout = openCheckout();
    checkout.pinRuntime();
    const run = startWith(older, checkout, 'wait');
    expect(await run.next()).toMatchObject({ node: process.versions.node });
    expect(await run.next()).toBe('waiting');
    run.kill(signal);
    expect(await run.next()).toBe(signal);
    expect(await run.end()).toMatchObject({ code: 0, signal: null });
  });

  it('leaves no program behind when it is killed', async () => {
    const checkout = openCheckout();
    checkout.pinRuntime();
    const run = startWith(older, checkout, 'wait');
    expect(await run.next()).toMatchObject({ node: process.versions.node });
    expect(await run.next()).toBe('waiting');
    run.kill('SIGKILL');
    expect(await run.next()).toBe('parent gone');
    expect(await run.end()).toMatchObject({ signal: 'SIGKILL', last: 'no more output' });
  });

  it('names the Node that erp-deploy needs and runs nothing if no Node is pinned', async () => {
    const checkout = openCheckout();
    const end = await startWith(older, checkout, 'exit', '0').end();
    expect(end).toMatchObject({ code: 3, signal: null, last: 'no more output' });
    expect(end.stderr).toContain(`ERP-0310  erp-deploy needs Node ${oldestSupported} or newer`);
  });

  it('refuses to run if the pinned Node is too old, too', async () => {
    const checkout = openCheckout();
    checkout.pinRuntime(...pretending('20.1.0'));
    const end = await startWith(older, checkout).end();
    expect(end).toMatchObject({ code: 3, last: 'no more output' });
    expect(end.stderr).toContain('was started by 20.1.0');
  });
});

it('bin/erp-deploy.js is written in ECMAScript 2020, which Node 14 can read', async () => {
  const text = readText('bin/erp-deploy.js');
  const { code } = await transform(text, { target: 'esnext' });
  expect((await transform(text, { target: 'es2020' })).code).toBe(code);
});

/** Returns this Node pretending to be an older version and, if it is too old, the Node of the machine. */
function olderNodes(): readonly (readonly [string, readonly string[]])[] {
  const pretended = ['made up', thisNodeAs('20.20.2')] as const;
  const own = '/usr/bin/node';
  if (!existsSync(own)) return [pretended];
  const [major = 0, minor = 0] = execFileSync(own, ['-p', 'process.versions.node'], { encoding: 'utf8' })
    .split('.')
    .map(Number);
  const [neededMajor = 0, neededMinor = 0] = oldestSupported.split('.').map(Number);
  const isOlder = major < neededMajor || (major === neededMajor && minor < neededMinor);
  return isOlder ? [pretended, [`${own}, ${major}.${minor}`, [own]]] : [pretended];
}
