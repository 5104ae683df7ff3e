import { expect, it } from 'vitest';
import { scopeOf } from '../../src/domain/change.ts';
import { missing, satisfied } from '../../src/domain/step.ts';
import { rolloutBench } from '../support/production/rollout-bench.ts';
import { no, scripted, yes } from '../support/program/scripted-front-end.ts';
import { exact, fileStep, type TinyStep } from '../support/program/tiny-steps.ts';
import { commandOf, writeOf } from '../support/workspace/changes.ts';

const at = '2026-11-22T21:04:00.000Z';
const notify = commandOf(['notify', 'team'], { observable: false });

/** The journal of a run that was killed between the intent and the outcome. */
const killedDuring = (scope: string) =>
  `${JSON.stringify({ v: 1, at, type: 'intended', step: '5.3', scope })}\n`;

/** A step that notifies the team once; no check can find out whether it did. */
function notification(change = notify): TinyStep {
  return fileStep('5.3', 'unused', '', {
    phase: 'finalize',
    check: async () => missing(),
    preview: async () => [exact(change)],
    verify: async () => satisfied('told', []),
  });
}

async function after(journal: string, answer: typeof yes) {
  const ran: string[] = [];
  const processes = {
    run: async (argv: readonly string[]) => {
      ran.push(argv.join(' '));
      return { exitCode: 0, stdout: '', stderr: '', notFound: false };
    },
  };
  const frontEnd = scripted({ repeat: answer });
  const bench = await rolloutBench({ journal, processes, frontEnd });
  return { ...bench, ran };
}

it('asks before it repeats a change that may have happened and cannot be checked', async () => {
  const { run, ran, frontEnd } = await after(killedDuring(scopeOf(notify)), yes);
  expect(await run([notification()])).toBe(0);
  expect(frontEnd.asked[1]).toEqual({ type: 'repeat', step: '5.3', change: 'run notify team' });
  expect(ran).toEqual(['notify team']);
});

it('does not repeat such a change without approval', async () => {
  const { run, ran } = await after(killedDuring(scopeOf(notify)), no);
  expect(await run([notification()])).toBe(0);
  expect(ran).toEqual([]);
});

it('asks nothing about a change that was never started, or whose outcome can be checked', async () => {
  const never = await after('', yes);
  await never.run([notification()]);
  const visible = commandOf(['notify', 'team'], { observable: true });
  const seen = await after(killedDuring(scopeOf(visible)), yes);
  await seen.run([notification(visible)]);
  for (const { frontEnd, ran } of [never, seen]) {
    expect(frontEnd.asked.map(({ type }) => type)).toEqual(['confirm-plan']);
    expect(ran).toEqual(['notify team']);
  }
});

it('adopts an effect of the killed run that a check finds', async () => {
  const { run, files, frontEnd, order } = await rolloutBench({
    journal: killedDuring(scopeOf(writeOf('a', 'x'))),
  });
  files.put('a', 'x');
  expect(await run([fileStep('0.1', 'a', 'x')])).toBe(0);
  expect(frontEnd.asked).toEqual([]);
  expect(order).toEqual(['verified 0.1']);
});
