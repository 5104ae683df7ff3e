import { expect, it } from 'vitest';
import type { Reported } from '../../src/domain/events.ts';
import { logText } from '../../src/headless/log-text.ts';
import { stamped } from '../support/program/events.ts';

const place = { phase: 'local-test', step: '2.2' } as const;
const events: readonly Reported[] = [
  { type: 'step.started', ...place },
  { type: 'change.started', ...place, index: 1, of: 2, summary: 'apply 001_erp_schema.sql' },
  { type: 'output', ...place, line: 'CREATE TABLE' },
  { type: 'step.finished', ...place, outcome: 'done', summary: '2 applied', milliseconds: 3_140, open: [] },
  { type: 'note', level: 'info', text: 'Nothing was changed.' },
];

const log = events.map((event) => `${JSON.stringify(stamped(event))}\n`).join('');

it('formats each event with its time, step and text', () => {
  const lines = logText(log).trimEnd().split('\n');
  for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\d {2}/);
  expect(lines.map((line) => line.slice(10))).toEqual([
    '2.2  started',
    '2.2  change 1 of 2: apply 001_erp_schema.sql',
    '2.2  | CREATE TABLE',
    '2.2  done: 2 applied (3.1 s)',
    '     info: Nothing was changed.',
  ]);
});

it('does not change a truncated line', () => {
  expect(logText('{"v":2,"at":"20')).toBe('{"v":2,"at":"20\n');
});
