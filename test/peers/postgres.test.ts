import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import { Interrupted } from '../../src/engine/interrupted.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { afterLogIn, answerRow, beforeLogIn, hostilePostgres, logIn } from './hostile-postgres.ts';

/** Milliseconds within which a command must end after one signal. */
const promptly = 2_000;

// Loads the sources beforehand, so that this does not count as the time of a signal.
beforeAll(() => import('../../src/cli/commands/validate.ts'), 60_000);

/** Validates against a server, with a signal after a while; returns the result. */
async function validate(port: number) {
  const stop = new AbortController();
  let stopped = Number.POSITIVE_INFINITY;
  const timer = pause(400).then(() => {
    stopped = performance.now();
    stop.abort(new Interrupted('SIGTERM'));
  });
  const url = `postgres://ada@127.0.0.1:${port}/shop`;
  const words = ['validate', '--engine', 'embedded', '--database-url', url];
  const env = { PGPASSWORD: 'hunter2-hunter2' };
  const ended = await erpDeploy(tempFolder(), words, { signal: stop.signal, env });
  const late = performance.now() - stopped;
  await timer;
  return { ...ended, late };
}

describe.each([
  ['before the log-in', beforeLogIn, false],
  ['after the log-in', afterLogIn, true],
] as const)('a PostgreSQL that answers %s', (_, peers, logsIn) => {
  it.each(Object.keys(peers))(
    'with %s is a problem, can be interrupted by one signal, and does not fill the memory',
    async (name) => {
      const act = peers[name] ?? (() => undefined);
      const server = await (logsIn ? hostilePostgres(logIn, act) : hostilePostgres(act));
      const before = process.memoryUsage().rss;
      const { exit, stderr, late } = await validate(server.port);
      expect({ name, exit }).toEqual({ name, exit: expect.toSatisfy((code) => code === 3 || code === 143) });
      if (exit === 3) expect(stderr).toMatch(/^ERP-\d{4}/m);
      expect(stderr).not.toContain('ERP-0901');
      expect(late).toBeLessThan(promptly);
      expect(process.memoryUsage().rss - before).toBeLessThan(700_000_000);
      expect(server.received()).not.toContain('hunter2');
    },
  );
});

describe('a server that is silent after a query', () => {
  const impatient = { silence: 100, question: 300 };
  const config = (port: number) => ({ host: '127.0.0.1', port, user: 'ada', database: 'shop' });
  const silentAfter = (answers: number, rest: (socket: Socket) => void) => {
    let asked = 0;
    return (socket: Socket) => {
      asked += 1;
      if (asked <= answers) answerRow(socket, 't');
      else rest(socket);
    };
  };

  it('is given up if it does not answer on a second connection either; the problem names what may still run', async () => {
    // Without a limit, it would be queried again and again.
    const askedOften = Promise.withResolvers<never>();
    let connections = 0;
    const server = await hostilePostgres(
      (socket) => {
        connections += 1;
        if (connections > 6) askedOften.reject(new Error('it was asked five times, and not given up'));
        logIn(socket);
      },
      silentAfter(1, () => undefined),
    );
    const session = await openPostgres(config(server.port), impatient);
    await expect(Promise.race([session.script('create index'), askedOften.promise])).rejects.toMatchObject({
      fault: { code: '08006', message: expect.stringContaining('may still be running') },
    });
    await session.close();
  });

  const announcement = {
    fault: { message: expect.stringContaining('announced a message of 2147483647 bytes') },
  };

  it('is refused as soon as it announces a message above the size limit, before and after the login', async () => {
    const announce = (socket: Socket) => void socket.write(Buffer.from([0x4e, 0x7f, 0xff, 0xff, 0xff]));
    const atLogIn = await hostilePostgres(announce);
    await expect(openPostgres(config(atLogIn.port), impatient)).rejects.toMatchObject(announcement);
    const atQuery = await hostilePostgres(logIn, silentAfter(1, announce));
    const session = await openPostgres(config(atQuery.port), impatient);
    await expect(session.script('create index')).rejects.toMatchObject(announcement);
    await session.close();
  });

  it('is awaited as long as a second connection shows that the query is running', async () => {
    let finish: (() => void) | undefined;
    let questions = 0;
    const server = await hostilePostgres(
      logIn,
      silentAfter(1, (socket) => {
        if (finish === undefined) finish = () => answerRow(socket, 'done');
        else {
          questions += 1;
          answerRow(socket, 'active', 'state');
          if (questions === 4) finish();
        }
      }),
    );
    const session = await openPostgres(config(server.port), impatient);
    expect(await session.script('create index')).toEqual([[{ direct: 'done' }]]);
    expect(questions).toBeGreaterThanOrEqual(4);
    await session.close();
  });
});
