import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SshOptions } from '../../../src/adapters/ssh/options.ts';
import { type FaultProxy, faultProxy } from '../../support/production/fault-proxy.ts';
import { anySignal, type Config, openHost, overEachTransport, problemOf } from './open-host.ts';
import { type Sshd, startSshd } from './sshd.ts';

/** Reaches the sshd through a proxy that can misbehave. */
async function throughProxy(options: Partial<SshOptions> = {}, ...settings: readonly string[]) {
  const sshd = await startSshd(...settings);
  const proxy = await faultProxy(sshd.port);
  return { sshd, proxy, host: await openHost(sshd, behind(sshd, proxy), options) };
}

function behind(sshd: Sshd, proxy: FaultProxy): Config {
  return { port: proxy.port, known: [`[127.0.0.1]:${proxy.port} ${sshd.hostKey}`] };
}

overEachTransport((_transport) => {
  test('a reset of the link fails the running command, and the next one works', async () => {
    const { proxy, host } = await throughProxy();
    const told = host.processes.run(['/bin/sh', '-c', 'echo up; sleep 60'], '.', anySignal, () =>
      proxy.cut(),
    );
    expect(await problemOf(told)).toMatchObject({ code: 'ERP-0710' });
    expect(await host.processes.run(['echo', 'back'], '.', anySignal)).toMatchObject({ stdout: 'back' });
    expect(proxy.connections).toBe(2);
  });

  test('a frozen link is a problem within 15 seconds, whatever operation is running', async () => {
    const { proxy, host, sshd } = await throughProxy();
    writeFileSync(join(sshd.home, 'file'), 'text');
    await host.files.inspect('file');
    proxy.frozen = true;
    const start = performance.now();
    const problems = await Promise.all(
      [
        host.processes.run(['true'], '.', anySignal),
        host.files.read('file'),
        host.files.write('other', 'x'.repeat(1_000_000), 0o600),
        host.listens(1),
        host.get(1, '/', {}, anySignal),
      ].map(problemOf),
    );
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['ERP-0710']));
    expect(performance.now() - start).toBeLessThan(15_000);
    proxy.frozen = false;
    expect(await host.files.read('file')).toBe('text');
  });

  test('a link that recovers in time loses nothing', async () => {
    const { proxy, host } = await throughProxy({ limits: { keepalive: 800 } });
    proxy.frozen = true;
    const running = host.processes.run(['echo', 'late'], '.', anySignal);
    setTimeout(() => {
      proxy.frozen = false;
    }, 600);
    expect(await running).toMatchObject({ stdout: 'late' });
    expect(proxy.connections).toBe(1);
  });

  test('after the link dropped between operations, one login serves all waiting operations', async () => {
    const { proxy, host, sshd } = await throughProxy();
    proxy.cut();
    const answers = await Promise.allSettled(
      ['a', 'b', 'c'].map((word) => host.processes.run(['echo', word], '.', anySignal)),
    );
    // Commands that started before the drop was noticed may fail with it; later ones must succeed.
    expect(answers).toHaveLength(3);
    expect(await host.processes.run(['echo', 'd'], '.', anySignal)).toMatchObject({ stdout: 'd' });
    expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(2);
  });

  test('reconnecting opens a new connection, which later commands use', async () => {
    const { proxy, host, sshd } = await throughProxy();
    await host.renew();
    expect(proxy.connections).toBe(2);
    expect(await host.processes.run(['echo', 'new'], '.', anySignal)).toMatchObject({ stdout: 'new' });
    expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(2);
  });

  test('reconnecting works also if the old connection hangs, and reports if it fails', async () => {
    const { proxy, host } = await throughProxy({ limits: { connect: 3_000 } });
    proxy.frozen = true;
    expect(await problemOf(host.renew())).toMatchObject({ code: 'ERP-0703' });
    proxy.frozen = false;
    await host.renew();
    expect(await host.processes.run(['echo', 'new'], '.', anySignal)).toMatchObject({ stdout: 'new' });
  });

  test('a server that cannot be reached again is a problem, and is not retried for every command', async () => {
    const { proxy, host } = await throughProxy();
    proxy.refuses = true;
    const cut = host.processes.run(['/bin/sh', '-c', 'echo up; sleep 60'], '.', anySignal, () => proxy.cut());
    await problemOf(cut);
    expect(await problemOf(host.processes.run(['true'], '.', anySignal))).toMatchObject({ code: 'ERP-0703' });
    expect(proxy.connections).toBe(2);
  });

  test('an upload that is cut anywhere leaves the old file unchanged, and can be repeated', async () => {
    const { proxy, host, sshd } = await throughProxy();
    const [before, after] = ['old', 'x'.repeat(1_000_000)];
    for (const cutAfter of [1_000, 100_000, 700_000, 1_000_000]) {
      writeFileSync(join(sshd.home, 'file'), before);
      await host.files.inspect('file').catch(() => undefined); // makes sure that the link is established
      await host.files.inspect('file');
      proxy.cutAfter = proxy.sent + cutAfter;
      expect(await problemOf(host.files.write('file', after, 0o600))).toMatchObject({ code: 'ERP-0710' });
      proxy.cutAfter = Number.POSITIVE_INFINITY;
      expect(readFileSync(join(sshd.home, 'file'), 'utf8')).toBe(before);
    }
    await host.files.write('file', after, 0o600);
    expect(readFileSync(join(sshd.home, 'file'), 'utf8')).toBe(after);
    expect(readdirSync(sshd.home).filter((name) => !name.endsWith('.tmp'))).toEqual(['file']);
  });

  test('a server that refuses connections is a problem immediately, and a silent one after the time limit', async () => {
    const sshd = await startSshd();
    const proxy = await faultProxy(sshd.port);
    proxy.frozen = true;
    const silent = openHost(sshd, behind(sshd, proxy), { limits: { connect: 300 } });
    expect(await problemOf(silent)).toMatchObject({
      code: 'ERP-0703',
      why: 'Connection timed out (ETIMEDOUT).',
    });
    expect(await problemOf(openHost(sshd, { port: 1, known: [] }))).toMatchObject({
      code: 'ERP-0703',
      why: 'Connection refused (ECONNREFUSED).',
    });
  });

  test('closing ends the connection, even over a frozen link', async () => {
    const { proxy, host, sshd } = await throughProxy();
    proxy.frozen = true;
    await host.close();
    proxy.frozen = false;
    await expect.poll(() => sshd.log()).toMatch(/Connection (closed|reset)|disconnect/);
  });
});
