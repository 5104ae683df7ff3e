import { expect, it } from 'vitest';
import { watchLog } from '../../src/containers/watch-log.ts';
import type { Database } from '../../src/domain/ports/database.ts';
import { inspected, scriptedHost } from '../support/production/scripted-host.ts';
import { containersOn } from '../support/program/step-context.ts';

const { signal } = new AbortController();
const database = { target: 'production' } as Database; // nothing else of it is asked here

/** An engine whose clock is years behind this machine's, and a log that its clock stamped. */
function targetWith(log: readonly string[], container = true) {
  const host = scriptedHost((argv) => {
    const words = argv.join(' ');
    if (words.startsWith('docker info')) return { stdout: '2020-01-01T12:00:00.000000002Z\n' };
    if (words.startsWith('docker container ls')) return { stdout: container ? 'id' : '' };
    if (words.startsWith('docker container inspect')) return { stdout: inspected() };
    const since = argv[argv.indexOf('--since') + 1] ?? '';
    return { stderr: log.filter((line) => line >= since).join('\n') };
  });
  return containersOn(host, database);
}

const before = '2020-01-01T12:00:00.000000001Z FATAL:  terminating connection due to administrator command';
const after = '2020-01-01T12:00:01.000000000Z ERROR:  division by zero';

it('finds an error of its own time by the clock that stamps the log, whatever the clock here says', async () => {
  const look = await watchLog(targetWith([before, after]), signal);
  await expect(look(false)).rejects.toMatchObject({ problems: [{ code: 'ERP-0627', excerpt: [after] }] });
});

it('takes no error from before for one of its own', async () => {
  const look = await watchLog(targetWith([before]), signal);
  expect(await look(false)).toEqual({ facts: { logErrors: 0 }, unread: null });
});

it('says so where there is no log, instead of proving anything', async () => {
  const look = await watchLog(targetWith([], false), signal);
  expect(await look(false)).toEqual({
    facts: {},
    unread: expect.stringContaining('no container postgres-erp'),
  });
});
