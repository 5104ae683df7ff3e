import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { beforeAll, expect, test } from 'vitest';
import type { RolloutEvent } from '../../src/domain/events.ts';
import { endStateOf } from '../support/end-state.ts';
import { quickStart } from '../support/kill-program.ts';
import { legacyWorkspace } from '../support/legacy-workspace.ts';
import { seeded } from '../support/seeded.ts';
import { sideBySide } from '../support/side-by-side.ts';
import { changeOf, WatchedRun } from '../support/watched-run.ts';
import { stack } from '../support/workspace.ts';

const flags = ['--fix-starter', '--overwrite', `${stack}/.gitignore`];
const quick = { node: [quickStart] };

/** At a line of its output, or some time into a change of a step. */
type Moment = { readonly line: number } | { readonly step: string; readonly milliseconds: number };

const workspaces = 5;
const seed = Number(process.env.ERP_DEPLOY_SEED ?? Math.floor(Math.random() * 2 ** 31));
const random = seeded(seed);

let wanted: Awaited<ReturnType<typeof endStateOf>>;
let undisturbed: readonly RolloutEvent[];

beforeAll(async () => {
  setFlagsFromString(quickStart);
  const workspace = legacyWorkspace();
  const run = new WatchedRun(workspace, flags, quick);
  expect(await run.ended).toMatchObject({ exit: 0 });
  undisturbed = run.events;
  wanted = await endStateOf(workspace);
});

test('a roll-out that is killed again and again, and started again, ends as one that never was', {
  timeout: 600_000,
}, async () => {
  console.log(`seed ${seed} (ERP_DEPLOY_SEED repeats it)`);
  let kills = 0;
  const lives = Array.from({ length: workspaces }, () => [line(), timeIn('2.1'), timeIn('2.2'), line()]);
  await sideBySide(lives, 2, async (moments) => {
    const workspace = legacyWorkspace();
    for (const moment of moments) if (await killedAt(workspace, moment)) kills += 1;
    const { exit, stderr } = await new WatchedRun(workspace, flags, quick).ended;
    const told = `killed at ${JSON.stringify(moments)}`;
    expect.soft(exit, `${told}: ${stderr}`).toBe(0);
    expect.soft(await endStateOf(workspace), told).toEqual(wanted);
  });
  console.log(`killed ${kills} times`);
  // A run may come to its end before the moment that was drawn for it.
  expect(kills).toBeGreaterThan(workspaces * 2);
});

/** Any line but those at the end, which come too fast for a kill to be in time. */
function line(): Moment {
  const last = undisturbed.findIndex((event) => event.type === 'step.started' && event.step === '2.6');
  return { line: Math.ceil(random() * last) };
}

function timeIn(step: string): Moment {
  const [begun, done] = ['change.started', 'change.finished'].map((type) =>
    undisturbed.find((event) => event.type === type && 'step' in event && event.step === step),
  );
  const took = Date.parse(done?.at ?? '') - Date.parse(begun?.at ?? '');
  return { step, milliseconds: Math.floor(random() * took) };
}

async function killedAt(workspace: string, moment: Moment): Promise<boolean> {
  const run = new WatchedRun(workspace, flags, quick);
  if ('line' in moment) {
    for (let line = 0; line < moment.line; line += 1) await run.next();
  } else {
    const event = await nextChange(run, moment.step);
    // The moment is drawn in time, since nothing is visible meanwhile; nothing waits for it to be enough.
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
