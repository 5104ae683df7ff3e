import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { openCheckout, pretending, startWith } from './checkout.ts';

const here = (version: string) => [process.execPath, ...pretending(version)];
const readText = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** What `engines` says, as two numbers: `22.13`. */
const floor = /"node": ">=(\d+\.\d+)\.0"/.exec(readText('package.json'))?.[1] ?? 'none';

describe('a Node that is new enough', () => {
  it('runs the program itself, with the arguments', async () => {
    const checkout = openCheckout();
    const run = startWith([process.execPath], checkout, 'exit', '5', '--a b', '');
    expect(await run.next()).toEqual({ node: process.versions.node, arguments: ['exit', '5', '--a b', ''] });
    expect(await run.end()).toEqual({ code: 5, signal: null, stderr: '', last: 'no more output' });
  });

  it('may be run as a program once it is built: npx makes it one only when it first links it', () => {
    expect(statSync(new URL('../../bin/erp-deploy.js', import.meta.url)).mode & 0o777).toBe(0o755);
  });

  it('keeps the compiled program beside its text', async () => {
    const checkout = openCheckout();
    await startWith([process.execPath], checkout).end();
    expect(readdirSync(`${checkout.folder}/dist/.compile-cache`)).toHaveLength(1);
  });

  it('keeps it apart for commands that load no WebAssembly, which set no V8 flags', async () => {
    const checkout = openCheckout();
    for (const words of [['run'], ['plan'], ['--help'], ['status', '--recorded']]) {
      await startWith([process.execPath], checkout, ...words).end();
    }
    expect(readdirSync(`${checkout.folder}/dist/.compile-cache`)).toHaveLength(2);
  });

  it.each(['22.13.0', '23.0.0', '100.1.0'])('%s is', async (version) => {
    const checkout = openCheckout();
    const run = startWith(here(version), checkout);
    expect(await run.next()).toMatchObject({ node: version });
    expect(await run.end()).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(['22.12.9', '21.14.0', '9.20.0'])('%s is not', async (version) => {
    const checkout = openCheckout();
    expect(await startWith(here(version), checkout).end()).toMatchObject({ code: 3, last: 'no more output' });
  });
});

describe.each(olderNodes())('an older Node: %s', (_name, older) => {
  it.each([0, 5])('restarts under the pinned one, and passes on its exit status %i', async (code) => {
    const checkout = openCheckout();
    checkout.pinRuntime();
    const words = ['exit', String(code), "it's", '', '--json'];
    const run = startWith(older, checkout, ...words);
    expect(await run.next()).toEqual({ node: process.versions.node, arguments: words });
    expect(await run.end()).toEqual({ code, signal: null, stderr: '', last: 'no more output' });
  });

  it.each(['SIGTERM', 'SIGKILL', 'SIGHUP'])(
    'dies by the signal that the program died by: %s',
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

  it('without a pinned one says which Node it needs, and runs nothing', async () => {
    const checkout = openCheckout();
    const end = await startWith(older, checkout, 'exit', '0').end();
    expect(end).toMatchObject({ code: 3, signal: null, last: 'no more output' });
    expect(end.stderr).toContain(`ERP-0310  erp-deploy needs Node ${floor} or newer`);
  });

  it('refuses when the pinned one is too old as well', async () => {
    const checkout = openCheckout();
    checkout.pinRuntime(...pretending('20.1.0'));
    const end = await startWith(older, checkout).end();
    expect(end).toMatchObject({ code: 3, last: 'no more output' });
    expect(end.stderr).toContain('was started by 20.1.0');
  });
});

it('is written in ECMAScript 2020, which Node 14 can read', async () => {
  const text = readText('bin/erp-deploy.js');
  const { code } = await transform(text, { target: 'esnext' });
  expect((await transform(text, { target: 'es2020' })).code).toBe(code);
});

/** One that is made up, everywhere; and the machine's own, where that is too old. */
function olderNodes(): readonly (readonly [string, readonly string[]])[] {
  const pretended = ['made up', here('20.20.2')] as const;
  const own = '/usr/bin/node';
  if (!existsSync(own)) return [pretended];
  const [major = 0, minor = 0] = execFileSync(own, ['-p', 'process.versions.node'], { encoding: 'utf8' })
    .split('.')
    .map(Number);
  const [neededMajor = 0, neededMinor = 0] = floor.split('.').map(Number);
  const isOlder = major < neededMajor || (major === neededMajor && minor < neededMinor);
  return isOlder ? [pretended, [`${own}, ${major}.${minor}`, [own]]] : [pretended];
}
