import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { RolloutEvent } from '../../src/domain/events.ts';
import { byExtent, seedOfRun } from '../run/sample.ts';
import { sideBySide } from '../support/database/side-by-side.ts';
import { endStateOf } from '../support/kill/end-state.ts';
import { seeded } from '../support/kill/seeded.ts';
import { changeOf, WatchedRun } from '../support/program/watched-run.ts';
import { legacyWorkspace } from '../support/workspace/legacy-workspace.ts';
import { stack } from '../support/workspace/workspace.ts';

const flags = ['--fix-starter', '--overwrite', `${stack}/.gitignore`];

/** A moment for a kill: a line of output, or some milliseconds after a change of a step started. */
type Moment = { readonly line: number } | { readonly step: string; readonly milliseconds: number };

const workspaces = byExtent({ usual: 1, all: 5 });
const random = seeded(seedOfRun());

let wanted: Awaited<ReturnType<typeof endStateOf>>;
let undisturbed: readonly RolloutEvent[];

beforeAll(async () => {
  const workspace = legacyWorkspace();
  const run = new WatchedRun(workspace, flags);
  expect(await run.ended).toMatchObject({ exit: 0 });
  undisturbed = run.events;
  wanted = await endStateOf(workspace);
});

test('a rollout that is killed and repeated several times ends like an undisturbed one', {
  timeout: 600_000,
}, async () => {
  let kills = 0;
  // In this order, each moment is still ahead of the run that resumes after the previous kill.
  const lives = Array.from({ length: workspaces }, () => [
    lineBefore('2.1'),
    timeIn('2.1'),
    timeIn('2.2'),
    lineBefore('2.6'),
  ]);
  await sideBySide(lives, 2, async (moments) => {
    let workspace = legacyWorkspace();
    const waiting = [...moments];
    for (let moment = waiting.shift(); moment !== undefined; moment = waiting.shift()) {
      if (await killedAt(workspace, moment)) kills += 1;
      else {
        // The run ended before the kill, and a finished rollout cannot be killed. Tries again with an earlier moment.
        workspace = legacyWorkspace();
        waiting.unshift(earlier(moment));
      }
    }
    const { exit, stderr } = await new WatchedRun(workspace, flags).ended;
    const told = `seed ${seedOfRun()}, killed at ${JSON.stringify(moments)}`;
    expect.soft(exit, `${told}: ${stderr}`).toBe(0);
    expect.soft(await endStateOf(workspace), told).toEqual(wanted);
  });
  expect(kills).toBe(workspaces * 4);
});

/** Any line before a certain step, because the last lines come too fast for a kill. */
function lineBefore(step: string): Moment {
  const last = undisturbed.findIndex((event) => event.type === 'step.started' && event.step === step);
  return { line: Math.ceil(random() * last) };
}

function timeIn(step: string): Moment {
  const [begun, done] = ['change.started', 'change.finished'].map((type) =>
    undisturbed.find((event) => event.type === type && 'step' in event && event.step === step),
  );
  const took = Date.parse(done?.at ?? '') - Date.parse(begun?.at ?? '');
  return { step, milliseconds: Math.floor(random() * took) };
}

function earlier(moment: Moment): Moment {
  return 'line' in moment
    ? { line: Math.ceil(moment.line / 2) }
    : { ...moment, milliseconds: Math.floor(moment.milliseconds / 2) };
}

async function killedAt(workspace: string, moment: Moment): Promise<boolean> {
  const run = new WatchedRun(workspace, flags);
  if ('line' in moment) {
    for (let line = 0; line < moment.line; line += 1) await run.next();
  } else {
    const event = await nextChange(run, moment.step);
    // The moment is a random delay, because nothing is visible meanwhile. No assertion depends on its length.
    if (event !== undefined) await pause(moment.milliseconds);
  }
  run.send('SIGKILL');
  return (await run.ended).signal === 'SIGKILL';
}

async function nextChange(run: WatchedRun, step: string): Promise<RolloutEvent | undefined> {
  const isIt = changeOf(step);
  for (;;) {
    const event = await run.next();
    if (event === undefined || isIt(event)) return event;
  }
}
