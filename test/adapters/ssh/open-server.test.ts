import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import type { ServerLogin } from '../../../src/domain/ports/host.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { type RealPostgres, startPostgres } from '../../support/database/real-postgres.ts';
import { faultProxy } from '../../support/production/fault-proxy.ts';
import { freePort } from '../../testbed/free-port.ts';
import { anySignal, openHost, overEachTransport, problemOf } from './open-host.ts';
import { type Sshd, startSshd } from './sshd.ts';

let postgres: RealPostgres;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'erp-deploy-hba-'));
  chmodSync(folder, 0o755);
  const hba = join(folder, 'pg_hba.conf');
  const lines = ['host all postgres 127.0.0.1/32 trust', 'host all all 127.0.0.1/32 scram-sha-256'];
  writeFileSync(hba, `${lines.join('\n')}\n`);
  postgres = await startPostgres([`hba_file=${hba}`, 'password_encryption=scram-sha-256']);
  const session = await openPostgres(postgres.config);
  await session.query("create role owner login password 'right words'");
  await session.close();
});

afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true });
});

function login(password = 'right words', port = postgres.config.port ?? 0): ServerLogin {
  const container = { name: 'postgres-erp', port };
  return { port, container, database: 'postgres', user: 'owner', password: new Secret(password) };
}

/** A fake docker(1): it runs on this machine what the real one would run inside a container, under its host name. */
function installFakeDocker({ folder: at }: Sshd): void {
  mkdirSync(join(at, 'bin'));
  const file = join(at, 'bin', 'docker');
  const lines = ['#!/bin/sh', '[ "$1 $2 $3" = "exec -i postgres-erp" ] || exit 64', 'shift 3'];
  writeFileSync(file, [...lines, 'export HOSTNAME=127.0.0.1', 'exec "$@"', ''].join('\n'));
  chmodSync(file, 0o755);
}

const forbidden = 'AllowTcpForwarding no';

/** Messages of PostgreSQL's protocol: AuthenticationOk and ReadyForQuery. */
const letIn = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

/** Starts a double of a server that accepts the login and crashes at the first statement. Returns its port. */
async function endingServer(): Promise<number> {
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(letIn);
      socket.once('data', () => socket.end());
    });
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return port;
}

overEachTransport((_transport) => {
  test('a server is reached through SSH forwarding', async () => {
    const host = await openHost(await startSshd());
    const session = await host.openServer(login());
    expect(session.way).toBe('forwarding');
    expect(await session.query('select current_user as name, $1::int as n', [7])).toEqual([
      { name: 'owner', n: 7 },
    ]);
    await session.close();
  });

  test('if forwarding is forbidden, a server is reached through docker exec, which checks the password as well', async () => {
    const sshd = await startSshd(forbidden);
    installFakeDocker(sshd);
    const host = await openHost(sshd);
    const session = await host.openServer(login());
    expect(session.way).toBe('docker exec');
    expect(await session.query('select current_user as name')).toEqual([{ name: 'owner' }]);
    await session.close();
    await expect(host.openServer(login('wrong words'))).rejects.toMatchObject({ fault: { code: '28P01' } });
  });

  test.each([
    ['SSH forwarding', ''],
    ['docker exec', forbidden],
  ])('much data passes both ways through %s', async (_way, setting) => {
    const sshd = await startSshd(setting);
    installFakeDocker(sshd);
    const host = await openHost(sshd);
    const session = await host.openServer(login());
    const text = 'ä'.repeat(3_000_000);
    const [row] = await session.query('select $1::text as text', [text]);
    expect(row?.text === text).toBe(true);
    await session.close();
  });

  test.each([
    ['SSH forwarding', ''],
    ['docker exec', forbidden],
  ])(
    'through %s, a wrong password is distinguished from a port where nothing listens',
    async (_way, setting) => {
      const sshd = await startSshd(setting);
      installFakeDocker(sshd);
      const host = await openHost(sshd);
      await expect(host.openServer(login('wrong words'))).rejects.toMatchObject({ fault: { code: '28P01' } });
      const nowhere = login('any', await freePort());
      await expect(host.openServer(nowhere)).rejects.toMatchObject({
        name: 'DatabaseError',
        fault: { code: 'ECONNREFUSED' },
      });
    },
  );

  test('if forwarding is forbidden and no engine runs, the problem names both', async () => {
    const sshd = await startSshd(forbidden);
    mkdirSync(join(sshd.folder, 'bin'));
    writeFileSync(join(sshd.folder, 'bin', 'docker'), '#!/bin/sh\nexit 1\n');
    chmodSync(join(sshd.folder, 'bin', 'docker'), 0o755);
    const problem = await problemOf((await openHost(sshd)).openServer(login()));
    expect(problem).toMatchObject({
      code: 'ERP-0715',
      why: expect.stringContaining('docker exec postgres-erp'),
    });
  });

  test.each([
    ['SSH forwarding', ''],
    ['docker exec', forbidden],
  ])(
    'through %s, a server that crashes in the middle of a statement ends that statement',
    async (_way, setting) => {
      const sshd = await startSshd(setting);
      installFakeDocker(sshd);
      const host = await openHost(sshd);
      const session = await host.openServer(login('', await endingServer()));
      await expect(session.query('select 1')).rejects.toThrow();
      expect(session.isLost?.()).toBe(true);
      await session.close();
    },
  );

  test.each([
    ['SSH forwarding', ''],
    ['docker exec', forbidden],
  ])(
    'through %s, a link that is cut in the middle of a statement is a problem, and the next session works',
    async (_way, setting) => {
      const sshd = await startSshd(setting);
      installFakeDocker(sshd);
      const proxy = await faultProxy(sshd.port);
      const host = await openHost(sshd, {
        port: proxy.port,
        known: [`[127.0.0.1]:${proxy.port} ${sshd.hostKey}`],
      });
      const session = await host.openServer(login());
      const running = session.query('select pg_sleep(60)');
      running.catch(() => undefined);
      const other = await host.openServer(login());
      await other.query('select 1');
      proxy.cut();
      expect(await problemOf(running)).toMatchObject({ code: 'ERP-0710' });
      expect(await problemOf(session.query('select 1'))).toMatchObject({ code: 'ERP-0710' });
      await session.close();
      await other.close();
      const next = await host.openServer(login());
      expect(await next.query('select 1 as one')).toEqual([{ one: 1 }]);
      await next.close();
    },
  );

  test.each([
    ['SSH forwarding', ''],
    ['docker exec', forbidden],
  ])('through %s, a session whose server was restarted is recognized as lost', async (_way, setting) => {
    const sshd = await startSshd(setting);
    installFakeDocker(sshd);
    const host = await openHost(sshd);
    const session = await host.openServer(login());
    const [row] = await session.query('select pg_backend_pid() as pid');
    expect(session.isLost?.()).toBe(false);
    const watch = await openPostgres(postgres.config);
    await watch.query('select pg_terminate_backend($1)', [row?.pid]);
    await watch.close();
    await expect.poll(() => session.isLost?.()).toBe(true);
    await session.close();
  });

  test('the server ends a session when its connection ends', async () => {
    const sshd = await startSshd(forbidden);
    installFakeDocker(sshd);
    const host = await openHost(sshd);
    const session = await host.openServer(login());
    await session.query("set application_name = 'to be counted'");
    await session.close();
    const watch = await openPostgres(postgres.config);
    const count = async () =>
      (await watch.query("select 1 from pg_stat_activity where application_name = 'to be counted'")).length;
    await expect.poll(count).toBe(0);
    await watch.close();
    expect(await host.processes.run(['true'], '.', anySignal)).toMatchObject({ exitCode: 0 });
  });

  test('the process list of the host never contains the password', async () => {
    const sshd = await startSshd(forbidden);
    installFakeDocker(sshd);
    const host = await openHost(sshd);
    const session = await host.openServer(login());
    const { stdout } = await host.processes.run(['ps', '-eo', 'args'], '.', anySignal);
    // The list contains the bridge, with the command that starts its script.
    expect(stdout).toContain('dd bs=1 count=');
    expect(stdout).not.toContain('right words');
    await session.close();
  });

  test('with MaxSessions 2, docker exec leaves one session for commands and files', async () => {
    const sshd = await startSshd(forbidden, 'MaxSessions 2');
    installFakeDocker(sshd);
    const host = await openHost(sshd);
    await host.files.write('file', 'text', 0o600);
    const session = await host.openServer(login());
    const looks = [1, 2, 3].map(() => host.processes.run(['cat', 'file'], '.', anySignal));
    expect((await Promise.all(looks)).map(({ stdout }) => stdout)).toEqual(['text', 'text', 'text']);
    expect(await host.files.read('file')).toBe('text');
    expect(await session.query('select 1 as one')).toEqual([{ one: 1 }]);
    await session.close();
  });

  test('with MaxSessions 1, which the database connection uses, a command fails and does not hang', async () => {
    const sshd = await startSshd(forbidden, 'MaxSessions 1');
    installFakeDocker(sshd);
    const host = await openHost(sshd);
    const session = await host.openServer(login());
    const problem = await problemOf(host.processes.run(['true'], '.', anySignal));
    expect(problem).toMatchObject({
      code: 'ERP-0712',
      why: expect.stringContaining('database connections use all of them'),
    });
    await session.close();
    expect(await host.processes.run(['true'], '.', anySignal)).toMatchObject({ exitCode: 0 });
  });
});

test.each(['', forbidden])(
  'libpq reaches the server through a socket of this user only (%s)',
  async (setting) => {
    const sshd = await startSshd(setting);
    installFakeDocker(sshd);
    const host = await openHost(sshd);
    const address = await host.localAddress(login());
    expect(statSync(address.host).mode & 0o777).toBe(0o700);
    const config = { ...address, database: 'postgres', user: 'owner' };
    const asked = async (password: string) => {
      const session = await openPostgres({ ...config, password });
      const rows = await session.query('select current_user as name');
      await session.close();
      return rows;
    };
    expect(await Promise.all([asked('right words'), asked('right words')])).toEqual([
      [{ name: 'owner' }],
      [{ name: 'owner' }],
    ]);
    await expect(asked('wrong words')).rejects.toMatchObject({ fault: { code: '28P01' } });
    const left = await openPostgres({ ...config, password: 'right words' });
    await address.close();
    expect(existsSync(address.host)).toBe(false);
    await expect(left.query('select 1')).rejects.toThrow();
  },
);
