import { expect, it } from 'vitest';
import { readLog, serverTime } from '../../src/containers/watch-log.ts';
import type { Database } from '../../src/domain/ports/database.ts';
import { inspected, scriptedHost } from '../support/production/scripted-host.ts';
import { containersOn } from '../support/program/step-context.ts';

const { signal } = new AbortController();
const database = { target: 'production' } as Database; // the tests read only this property

/**
 * The time on a server whose clock is years behind that of this machine. The log has the timestamps of the same clock.
 */
const since = '2020-01-01T12:00:00.000000002Z';

/** A target whose engine has a container with this log, or no container. */
function targetWith(log: readonly string[], container = true) {
  const host = scriptedHost((argv) => {
    const words = argv.join(' ');
    if (words.startsWith('docker container ls')) return { stdout: container ? 'id' : '' };
    if (words.startsWith('docker container inspect')) return { stdout: inspected() };
    const from = argv[argv.indexOf('--since') + 1] ?? '';
    return { stderr: log.filter((line) => line >= from).join('\n') };
  });
  return containersOn(host, database);
}

const before = '2020-01-01T12:00:00.000000001Z FATAL:  terminating connection due to administrator command';
const after = '2020-01-01T12:00:01.000000000Z ERROR:  division by zero';

it('reports an error logged after `since`, by the clock of the server and not the local one', async () => {
  await expect(readLog(targetWith([before, after]), since, signal, false)).rejects.toMatchObject({
    problems: [{ code: 'ERP-0627', excerpt: [after] }],
  });
});

it('ignores an error logged before `since`', async () => {
  expect(await readLog(targetWith([before]), since, signal, false)).toEqual({
    facts: { logErrors: 0, ownErrors: 0, refusedRequests: 0 },
    summary: expect.stringMatching(
      /^no errors in its log meanwhile\. .*docker logs postgres-erp 2>&1 \| grep/,
    ),
    unread: null,
  });
});

it('reports the errors of other clients, and only counts those of its own sessions and of refused requests without a token', async () => {
  const named = (who: string, message: string) =>
    `2020-01-01T12:00:01.000000000Z [7] [${who}] ERROR:  ${message}`;
  const log = [
    named('erp_admin erp-deploy', 'division by zero'),
    named('erp_authenticator PostgREST 14.17', 'permission denied for schema erp at character 52'),
  ];
  expect(await readLog(targetWith(log), since, signal, false)).toMatchObject({
    facts: { logErrors: 0, ownErrors: 1, refusedRequests: 1 },
    summary: expect.stringContaining(
      "(not counted: 1 of erp-deploy's own sessions, 1 refused request without a token)",
    ),
  });
  const other = named('erp_service report', 'division by zero');
  await expect(readLog(targetWith([...log, other]), since, signal, false)).rejects.toMatchObject({
    problems: [{ code: 'ERP-0627', excerpt: [other] }],
  });
});

it('reports that there is no log, and records no facts', async () => {
  expect(await readLog(targetWith([], false), since, signal, false)).toEqual({
    facts: {},
    summary: '',
    unread: expect.stringContaining('no container postgres-erp'),
  });
});

it('asks the server for its time in the format of the log', async () => {
  const asked: string[] = [];
  const session = {
    query: async (sql: string) => {
      asked.push(sql);
      return [{ time: since }];
    },
    script: async () => [],
    close: async () => undefined,
  };
  expect(await serverTime(session)).toBe(since);
  expect(asked).toEqual([expect.stringContaining('clock_timestamp() at time zone')]);
});
