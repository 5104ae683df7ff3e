import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import { freePort } from '../../testbed/free-port.ts';

/** A PostgreSQL server for one test, on a port of 127.0.0.1, initially empty. */
export interface RealPostgres {
  /** Major version, such as `15`. */
  readonly major: string;
  readonly config: pg.ClientConfig;
  /** Returns the log of the server. */
  log(): string;
  stop(): Promise<void>;
}

const installed = '/usr/lib/postgresql';

/**
 * Starts the newest installed server, which usually has no pgvector.
 * @throws an error that names the package to install if there is none, because a test that needs a server must not pass
 * without one
 */
export async function startPostgres(settings: readonly string[] = []): Promise<RealPostgres> {
  return serve(settings, 'initdb', (data) => [
    '-D',
    data,
    ...['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
  ]);
}

/** Starts a read-only standby of another server. */
export async function startStandby({ config: { host, port } }: RealPostgres): Promise<RealPostgres> {
  return serve([], 'pg_basebackup', (data) => [
    '-D',
    data,
    ...['-R', '-X', 'stream', '-c', 'fast', '--no-sync', '-h', `${host}`, '-p', `${port}`, '-U', 'postgres'],
  ]);
}

/** @param making the program that creates the data folder, with its arguments */
async function serve(
  settings: readonly string[],
  making: string,
  words: (data: string) => readonly string[],
): Promise<RealPostgres> {
  const major = newest();
  const bin = join(installed, major, 'bin');
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-postgres-'));
  const owner = ownerOf(folder);
  execFileSync(join(bin, making), words(join(folder, 'data')), { ...owner, stdio: 'pipe', cwd: folder });
  const port = await freePort();
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'a');
  const options = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'fsync=off',
    ...settings,
  ];
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', join(folder, 'data'), ...options.flatMap((one) => ['-c', one])],
    {
      ...owner,
      cwd: folder,
      stdio: ['ignore', log, log],
    },
  );
  const config = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
  const readLog = () => readFileSync(logFile, 'utf8');
  await reachable(config, server, readLog);
  return { major, config, log: readLog, stop: () => stop(server, folder) };
}

function newest(): string {
  const majors = existsSync(installed) ? readdirSync(installed) : [];
  const [major] = majors.toSorted((a, b) => Number(b) - Number(a));
  if (major === undefined) {
    throw new Error(
      `This test needs a PostgreSQL server in ${installed}: apt-get install postgresql (any version from 15 on).`,
    );
  }
  return major;
}

/**
 * Returns the user that runs the server, and makes that user the owner of the path. PostgreSQL refuses to run as root.
 */
export function ownerOf(path: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })),
  );
  if (uid === undefined || gid === undefined) return {};
  chownSync(path, uid, gid);
  return { uid, gid };
}

/** Waits until the server answers. Gives up if it ends, or after half a minute. */
async function reachable(config: pg.ClientConfig, server: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 300 && server.exitCode === null; attempt += 1) {
    const session = await openPostgres(config).catch(() => undefined);
    if (session !== undefined) return session.close();
    await pause(100);
  }
  server.kill('SIGQUIT');
  throw new Error(`PostgreSQL did not start:\n${log()}`);
}

/** Stops the server with SIGINT, PostgreSQL's fast shutdown. */
async function stop(server: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  if (server.exitCode === null) {
    server.kill('SIGINT');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}
