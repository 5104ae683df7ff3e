import { expect, it } from 'vitest';
import { judgeApiLog } from '../../src/containers/api-log.ts';

const line = (text: string) => `2026-11-22T10:00:00.000000001Z 22/Nov/2026:10:00:00 +0000: ${text}`;
const start = [
  line('Starting PostgREST 14.17...'),
  line('API server listening on 0.0.0.0:3000'),
  line('Successfully connected to PostgreSQL 17.6'),
  line('Schema cache loaded 38 Relations, 34 Relationships, 3 Functions'),
];
const refused =
  'Failed to query the PostgreSQL version. {"code":"PGRST000","details":"FATAL: password authentication failed","hint":null,"message":"Database connection error."}';
const lost =
  'Failed to load the schema cache using db-schemas=erp,agent. {"code":"3F000","message":"no such schema"}';

it.each([
  ['a start without a fault', start],
  [
    'a database that was not up yet',
    [line(refused), line('Attempting to reconnect in 1 seconds...'), ...start],
  ],
  [
    'a listener that lost its connection, which it makes anew by itself',
    [...start, line('Failed listening for database notifications on the "pgrst" channel. server closed it')],
  ],
  [
    'a request that failed, whatever is in its path',
    [
      ...start,
      `2026-11-22T10:00:00.000000001Z 172.18.0.1 - erp_api [22/Nov/2026] "GET /error HTTP/1.1" 500 12`,
    ],
  ],
])('finds nothing wrong with %s', (_, lines) => {
  expect(judgeApiLog(lines)).toEqual({ faults: [], isLoaded: true });
});

it('finds what failed after it had loaded the schema, or without its ever being loaded', () => {
  expect(judgeApiLog([...start, line(lost)]).faults).toEqual([line(lost)]);
  expect(judgeApiLog(start.slice(0, 2).concat(line(lost)))).toEqual({
    faults: [line(lost)],
    isLoaded: false,
  });
  expect(
    judgeApiLog(['2026-11-22T10:00:00.1Z postgrest: could not read its configuration']).faults,
  ).toHaveLength(1);
});

it('shows no more of PostgreSQL than its message', () => {
  const [shown] = judgeApiLog([line(refused)]).faults;
  expect(shown).toContain('Database connection error');
  expect(shown).not.toContain('password');
});
