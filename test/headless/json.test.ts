import { expect, it } from 'vitest';
import { eventSchema, type Reported } from '../../src/domain/events.ts';
import { jsonFrontEnd } from '../../src/headless/json.ts';
import { diskFull, finishedStep, stamped, started, step01 } from '../support/program/events.ts';

function front() {
  const said = { out: '', error: '' };
  const frontEnd = jsonFrontEnd(
    (text) => {
      said.out += text;
    },
    (text) => {
      said.error += text;
    },
  );
  return { said, frontEnd };
}

it('prints each event as one line on stdout, and nothing else', () => {
  const { said, frontEnd } = front();
  const told: readonly Reported[] = [
    started,
    { type: 'output', ...step01, line: 'two\nlines \u2028 and ✔' },
    finishedStep(step01, 'done', '4 folders'),
  ];
  for (const one of told) frontEnd.show(stamped(one));
  const lines = said.out.split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line) => eventSchema.parse(JSON.parse(line)))).toEqual(told.map((one) => stamped(one)));
  expect(said.error).toBe('');
});

it('writes a problem as JSON to stdout and as text to stderr', () => {
  const { said, frontEnd } = front();
  frontEnd.show(stamped({ type: 'problem', ...step01, problem: diskFull }));
  expect(JSON.parse(said.out)).toMatchObject({ type: 'problem', step: '0.1', problem: { code: 'ERP-0402' } });
  expect(said.error).toContain('ERP-0402  Could not write compose.yml.');
});

it('approves the plan and declines to repeat a change, as a run without a terminal does', async () => {
  const { frontEnd, said } = front();
  const { signal } = new AbortController();
  expect(await frontEnd.ask({ type: 'confirm-plan', changes: 3 }, signal)).toEqual({ type: 'approve' });
  expect(await frontEnd.ask({ type: 'repeat', step: '5.3', change: 'x' }, signal)).toEqual({
    type: 'decline',
  });
  expect(said).toEqual({ out: '', error: '' });
});
