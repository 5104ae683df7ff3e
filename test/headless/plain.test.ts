import { expect, it } from 'vitest';
import { plainFrontEnd } from '../../src/headless/plain.ts';
import { diskFull, finishedStep, stamped, started, step01 } from '../support/program/events.ts';

it('writes complete lines: steps to stdout, problems to stderr, and nothing for other events', () => {
  const out: string[] = [];
  const error: string[] = [];
  const frontEnd = plainFrontEnd(
    (text) => out.push(text),
    (text) => error.push(text),
    { verbose: false, plan: false },
  );
  for (const told of [
    started,
    { type: 'step.started', ...step01 } as const,
    { type: 'problem', ...step01, problem: diskFull } as const,
    finishedStep(step01, 'failed', 'Could not write compose.yml.'),
  ]) {
    frontEnd.show(stamped(told));
  }
  expect(out).toHaveLength(2);
  expect(out.join('')).toMatch(
    /^erp-deploy 0\.1\.0 .*\nengine .*\nprepare +0\.1 .* failed +Could not write compose\.yml\.\n$/,
  );
  expect(error.join('')).toMatch(/^ERP-0402 .*\n(.*\n)+$/);
});
