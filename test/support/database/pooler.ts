import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import { freePort } from '../../testbed/free-port.ts';
import { ownerOf, type RealPostgres } from './real-postgres.ts';

/** Starts PgBouncer in front of a server, with a small pool of connections. */
export interface Pooler {
  readonly config: pg.ClientConfig;
  stop(): Promise<void>;
}

export async function startPooler(
  { config: { host, port, user, password } }: Pick<RealPostgres, 'config'>,
  mode: 'transaction' | 'session' = 'transaction',
): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-pooler-'));
  const own = await freePort();
  const settings = [
    '[databases]',
    `* = host=${host} port=${port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${own}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${mode}`,
    `default_pool_size = ${mode === 'session' ? 10 : 2}`,
  ];
  // With auth_type any, PgBouncer logs in to the server as the user in the entry of the database.
  const known = `user=${user}${typeof password === 'string' ? ` password='${password}'` : ''}`;
  const text = settings.map((line) => (line.startsWith('*') ? `${line} ${known}` : line)).join('\n');
  writeFileSync(join(folder, 'pgbouncer.ini'), `${text}\n`);
  const owner = ownerOf(folder);
  const running = spawn('/usr/sbin/pgbouncer', ['-q', join(folder, 'pgbouncer.ini')], {
    ...owner,
    cwd: folder,
    stdio: 'ignore',
  });
  const config = { host: '127.0.0.1', port: own, user: `${user}`, database: 'postgres' };
  for (let tries = 0; ; tries += 1) {
    const session = await openPostgres(config).catch(() => undefined);
    await session?.close();
    if (session !== undefined) break;
    if (tries === 100 || running.exitCode !== null)
      throw new Error(`pgbouncer does not answer: see ${folder}`);
    await pause(100);
  }
  return {
    config,
    stop: async () => {
      const ended = new Promise((resolve) => running.once('exit', resolve));
      running.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
