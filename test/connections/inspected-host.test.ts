import { expect, test } from 'vitest';
import { inspectedHere, inspectedHost } from '../../src/connections/inspected-host.ts';
import { Kept } from '../../src/connections/kept.ts';
import type { Host } from '../../src/domain/ports/host.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';

const { signal } = new AbortController();

/** A host that counts what it is asked, and answers with the number of the question. */
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
  // Only what an inspection uses.
  return { host: inspected(host as Host), asked };
}

const inspect = (host: Host, argv: readonly [string, ...string[]], cwd: string | null = null) =>
  host.processes.run(argv, cwd, signal, undefined, { inspects: true });

test('asks what was inspected only once', async () => {
  const { host, asked } = counting();
  await Promise.all([inspect(host, ['docker', 'ps']), inspect(host, ['docker', 'ps'])]);
  await inspect(host, ['docker', 'ps']);
  await host.files.read('.env');
  await host.files.read('.env');
  expect(asked).toEqual(['docker ps', 'read .env']);
});

test('knows a path however it is written', async () => {
  const { host, asked } = counting();
  await host.files.read('.env');
  await host.files.read('./.env');
  await host.files.write('./.env', 'KEY=2', 0o600);
  await host.files.read('.env');
  expect(asked).toEqual(['read .env', 'write ./.env', 'read .env']);
});

test('asks again what changes on its own', async () => {
  const { host, asked } = counting();
  await host.processes.run(['docker', 'logs'], null, signal);
  await host.processes.run(['docker', 'logs'], null, signal);
  expect(asked).toEqual(['docker logs', 'docker logs']);
});

test('forgets everything when a command changes something', async () => {
  const { host, asked } = counting();
  const inspectAll = () => Promise.all([inspect(host, ['docker', 'ps']), host.files.inspect('.env')]);
  await inspectAll();
  await host.processes.run(['docker', 'compose', 'up'], '.', signal, () => undefined);
  await inspectAll();
  expect(asked).toEqual(['docker ps', 'inspect .env', 'docker compose up', 'docker ps', 'inspect .env']);
});

test('forgets with a changed file only what is above or below it, and what runs beside the files', async () => {
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

test('forgets what was inspected while a change ran, and all of it on request or with a new connection', async () => {
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

test('keeps what the file system refuses as long as any other answer', async () => {
  const { host, asked } = counting();
  await expect(host.files.read('absent')).rejects.toThrow('ENOENT');
  await expect(host.files.read('absent')).rejects.toThrow('ENOENT');
  host.forget?.();
  await expect(host.files.read('absent')).rejects.toThrow('ENOENT');
  expect(asked).toEqual(['read absent', 'read absent']);
});

test('does not keep any other failure', async () => {
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

test('on this machine, files are read each time, and a changed one forgets what was asked in a folder', async () => {
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
