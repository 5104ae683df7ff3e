import { expect, it } from 'vitest';
import { faultsIn, logReason, logSince } from '../../src/containers/container-log.ts';
import { engineThere, scriptedHost } from '../support/production/scripted-host.ts';

const signal = new AbortController().signal;

/** A host whose docker prints these texts on stdout and stderr. */
function hostSaying(stdout: readonly string[], stderr: readonly string[]) {
  return scriptedHost(() => ({ stdout: stdout.join('\n'), stderr: stderr.join('\n') }));
}

it('sorts the lines of both streams by time', async () => {
  const host = hostSaying(
    ['2026-11-22T10:00:00.000000001Z first', '2026-11-22T10:00:00.000000003Z third'],
    ['2026-11-22T10:00:00.000000002Z second'],
  );
  const lines = await logSince(host, 'id', '2026-11-22T10:00:00Z', signal);
  expect(lines.map((line) => line.split(' ')[1])).toEqual(['first', 'second', 'third']);
});

it('leaves out lines that quote statements and rows', async () => {
  const lines = [
    'ERROR:  duplicate key value violates unique constraint "people_email_key"',
    'DETAIL:  Key (email)=(ada@example.com) already exists.',
    "STATEMENT:  insert into erp.people (email) values ('ada@example.com')",
  ];
  const reason = await logReason(hostSaying([], lines), 'id', signal);
  expect(reason).toEqual([lines[0]]);
});

it('returns the errors as the reason, or the last lines if there are none', async () => {
  expect(await logReason(hostSaying([], ['LOG:  starting', 'FATAL:  no']), 'id', signal)).toEqual([
    'FATAL:  no',
  ]);
  expect(await logReason(hostSaying([], ['LOG:  starting', 'LOG:  up']), 'id', signal)).toHaveLength(2);
});

it.each(['ERROR:  x', 'FATAL:  x', 'PANIC:  x', 'initdb: error: x'])('treats "%s" as an error', (line) => {
  expect(faultsIn([`2026-11-22T10:00:00.000000001Z ${line}`])).toHaveLength(1);
});

it.each(['LOG:  x', 'WARNING:  x', 'LOG:  0 errors'])('does not treat "%s" as an error', (line) => {
  expect(faultsIn([line])).toEqual([]);
});

it('reports a log that cannot be read, instead of treating it as empty', async () => {
  const said = 'Error response from daemon: configured logging driver does not support reading';
  const host = scriptedHost(([, word]) =>
    word === 'container' ? { exitCode: 1, stderr: said } : engineThere,
  );
  await expect(logSince(host, 'id', '2026-11-22T10:00:00Z', signal)).rejects.toMatchObject({
    problems: [{ code: 'ERP-0610', excerpt: [said] }],
  });
});
