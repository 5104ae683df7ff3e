import { expect, test } from 'vitest';
import { inspectedHere, inspectedHost } from '../../src/connections/inspected-host.ts';
import { Kept } from '../../src/connections/kept.ts';
import type { Host } from '../../src/domain/ports/host.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';

const { signal } = new AbortController();

/** A host that counts its queries, and answers each with its number. */
function counting(inspected: (host: Host) => Host = inspectedHost) {
  const asked: string[] = [];
  const files = new MemoryFiles().put('migrations/a.sql', 'a').put('.env', 'KEY=1');
  const counted = new Proxy(files, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]) => {
        asked.push(`${String(name)} ${String(args[0])}`);
        return member.apply(target, args);
      };
    },
  });
  const host: Pick<Host, 'id' | 'name' | 'files' | 'processes' | 'listens' | 'renew'> = {
    id: 'production',
    name: 'droplet',
    files: counted,
    processes: {
      run: async (argv) => {
        asked.push(argv.join(' '));
        return { exitCode: 0, stdout: `${asked.length}`, stderr: '', notFound: false };
      },
    },
    listens: async () => false,
    renew: async () => undefined,
  };
  // Only the methods that an inspection uses.
  return { host: inspected(host as Host), asked };
}

const inspect = (host: Host, argv: readonly [string, ...string[]], cwd: string | null = null) =>
  host.processes.run(argv, cwd, signal, undefined, { inspects: true });

test('caches the result of an inspection', async () => {
  const { host, asked } = counting();
  await Promise.all([inspect(host, ['docker', 'ps']), inspect(host, ['docker', 'ps'])]);
  await inspect(host, ['docker', 'ps']);
  await host.files.read('.env');
  await host.files.read('.env');
  expect(asked).toEqual(['docker ps', 'read .env']);
});

test('recognizes a path in every spelling', async () => {
  const { host, asked } = counting();
  await host.files.read('.env');
  await host.files.read('./.env');
  await host.files.write('./.env', 'KEY=2', 0o600);
  await host.files.read('.env');
  expect(asked).toEqual(['read .env', 'write ./.env', 'read .env']);
});

test('does not cache what changes on its own', async () => {
  const { host, asked } = counting();
  await host.processes.run(['docker', 'logs'], null, signal);
  await host.processes.run(['docker', 'logs'], null, signal);
  expect(asked).toEqual(['docker logs', 'docker logs']);
});

test('invalidates everything when a command changes something', async () => {
  const { host, asked } = counting();
  const inspectAll = () => Promise.all([inspect(host, ['docker', 'ps']), host.files.inspect('.env')]);
  await inspectAll();
  await host.processes.run(['docker', 'compose', 'up'], '.', signal, () => undefined);
  await inspectAll();
  expect(asked).toEqual(['docker ps', 'inspect .env', 'docker compose up', 'docker ps', 'inspect .env']);
});

test('a changed file invalidates only paths above and below it, and the results of commands', async () => {
  const { host, asked } = counting();
  const inspectAll = async () => {
    await inspect(host, ['docker', 'ps']);
    await inspect(host, ['docker', 'compose', 'config'], '.');
    for (const path of ['.', 'migrations', 'migrations/a.sql', '.env']) await host.files.inspect(path);
  };
  await inspectAll();
  asked.length = 0;
  await host.files.write('migrations/a.sql', 'b', 0o644);
  await inspectAll();
  expect(asked).toEqual([
    'write migrations/a.sql',
    'docker compose config',
    'inspect .',
    'inspect migrations',
    'inspect migrations/a.sql',
  ]);
});

test('invalidates inspections made while a change ran, and everything on request or after a reconnect', async () => {
  const { host, asked } = counting();
  const changing = host.processes.run(['docker', 'compose', 'up'], '.', signal, () => undefined);
  await Promise.all([changing, inspect(host, ['docker', 'ps'])]);
  await inspect(host, ['docker', 'ps']);
  host.forget?.();
  await inspect(host, ['docker', 'ps']);
  await host.renew();
  await inspect(host, ['docker', 'ps']);
  expect(asked.filter((one) => one === 'docker ps')).toHaveLength(4);
});

test('caches a refusal of the file system like any other answer', async () => {
  const { host, asked } = counting();
  await expect(host.files.read('absent')).rejects.toThrow('ENOENT');
  await expect(host.files.read('absent')).rejects.toThrow('ENOENT');
  host.forget?.();
  await expect(host.files.read('absent')).rejects.toThrow('ENOENT');
  expect(asked).toEqual(['read absent', 'read absent']);
});

test('does not cache any other failure', async () => {
  const { host, asked } = counting();
  const cut = async () => {
    asked.push('docker ps');
    throw new Error('the connection was lost');
  };
  const lost = inspectedHost({ ...host, processes: { run: cut } });
  await expect(inspect(lost, ['docker', 'ps'])).rejects.toThrow();
  await expect(inspect(lost, ['docker', 'ps'])).rejects.toThrow();
  expect(asked).toEqual(['docker ps', 'docker ps']);
});

test('on this machine, files are read each time, and a changed file invalidates the results of commands in a folder', async () => {
  const { host, asked } = counting((own) => inspectedHere(own, new Kept()));
  const inspectAll = async () => {
    await inspect(host, ['docker', 'ps']);
    await inspect(host, ['docker', 'compose', 'config'], '.');
    await host.files.read('.env');
  };
  await inspectAll();
  await inspectAll();
  await host.files.write('.env', 'KEY=2', 0o600);
  await inspectAll();
  expect(asked).toEqual([
    'docker ps',
    'docker compose config',
    'read .env',
    'read .env',
    'write .env',
    'docker compose config',
    'read .env',
  ]);
});
