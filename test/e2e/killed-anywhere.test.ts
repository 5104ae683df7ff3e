import { rm } from 'node:fs/promises';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { sampleOf } from '../run/sample.ts';
import { sideBySide } from '../support/database/side-by-side.ts';
import { endStateOf } from '../support/kill/end-state.ts';
import { type Effect, type KillPoint, moments } from '../support/kill/kill-point.ts';
import {
  buildKillProgram,
  effectsOf,
  runHalted,
  runKilled,
  runUndisturbed,
} from '../support/kill/kill-program.ts';
import { legacyWorkspace } from '../support/workspace/legacy-workspace.ts';
import { migrations, put, stack } from '../support/workspace/workspace.ts';

/**
 * The part of a rollout that changes the database, divided into stretches. Each starts where the previous one ended, so
 * that a test of the last stretch need not repeat the others. power-cut.test.ts tests which files a kill leaves.
 */
interface Stretch {
  readonly name: string;
  readonly words: readonly string[];
  /** Changes of users or earlier kills to the workspace before the stretch. */
  readonly before?: (workspace: string) => Promise<void> | void;
  /** Whether effects at the start or end of every stretch are tested in this one. */
  readonly effects: { readonly from?: RegExp; readonly until?: RegExp };
}

const stretches: readonly Stretch[] = [
  {
    name: 'the database is made, after a kill that left an unfinished one',
    words: ['--only', '2.1'],
    before: (workspace) =>
      kill(workspace, ['--only', '2.1'], {
        effect: 'write .erp-deploy/embedded.json',
        when: 'before',
        milliseconds: 0,
      }),
    effects: { from: /^journal intended/, until: /^journal verified/ },
  },
  {
    name: 'the migrations are applied',
    words: ['--only', '2.2'],
    effects: { from: /^journal intended/ },
  },
  {
    name: 'the database is validated',
    words: ['--only', '2.3'],
    effects: { from: /^sql begin/, until: /^journal verified/ },
  },
  {
    name: "the user's own migrations are applied, one of them outside of any transaction",
    words: ['--only', '2.2'],
    before: (workspace) => {
      put(
        workspace,
        `${migrations}/100_pets.sql`,
        'create table erp.pets (id int primary key, name text);\n',
      );
      put(
        workspace,
        `${migrations}/101_pets_index.sql`,
        '-- erp-deploy: no-transaction\ncreate index concurrently pets_name_idx on erp.pets (name);\n',
      );
    },
    effects: { from: /^journal intended.*:101_/, until: /^journal verified/ },
  },
];

const consents = ['--overwrite', `${stack}/.gitignore`, '--fix-starter'];

/** The start of a stretch, the effects of an undisturbed run, and its end state. */
interface Measured {
  readonly start: string;
  readonly effects: readonly Effect[];
  readonly end: Awaited<ReturnType<typeof endStateOf>>;
}

/** Milliseconds: timers are not exact enough to hit shorter work of another thread. */
const soonest = 10;

/** Number of simultaneous processes. */
const width = 2;
/** Points at which one process is halted. Each leaves a copy of the workspace of up to 60 MB. */
const haltedAtOnce = 16;
const everyKill = process.env.ERP_DEPLOY_EVERY_KILL === '1';

describe('a rollout that is killed at an effect and repeated ends like an undisturbed one', () => {
  const measured = new Map<Stretch, Measured>();
  let whole: readonly Effect[];
  let points: readonly StretchPoint[];
  beforeAll(async () => {
    buildKillProgram();
    let start = legacyWorkspace();
    const prepared = await runUndisturbed(start, [...consents, '--until', '1.2']);
    expect(prepared, prepared.output).toMatchObject({ exit: 0 });
    for (const stretch of stretches) {
      await stretch.before?.(start);
      const end = await copyOf(start);
      const { ended, effects } = await effectsOf(end, stretch.words);
      expect(ended, ended.output).toMatchObject({ exit: 0 });
      measured.set(stretch, { start, effects, end: await endStateOf(end, ended.contents) });
      start = end;
    }
    const { ended, effects } = await effectsOf(legacyWorkspace(), consents);
    expect(ended, ended.output).toMatchObject({ exit: 0 });
    whole = effects;
    const all = stretches.flatMap((stretch) =>
      killPoints(stretch, measuredOf(stretch).effects).map((point) => ({ stretch, point })),
    );
    points = sampleOf('kill points', all, { usual: 8 });
  }, 600_000);

  test.each(stretches)('while $name', { timeout: 1_500_000 }, async (stretch) => {
    const { start, end } = measuredOf(stretch);
    expect(end).toMatchObject({ unfinished: false, locked: false });
    const own = points.filter((one) => one.stretch === stretch).map(({ point }) => point);
    await sideBySide(inGroups(own), width, async (group) => {
      for (const [index, workspace] of (await leftAt(group, start, stretch.words)).entries()) {
        const name = group[index]?.name;
        const { exit, output, contents } = await runUndisturbed(workspace, stretch.words);
        expect.soft(exit, `${name}: ${output}`).toBe(0);
        expect.soft(await endStateOf(workspace, contents), name).toEqual(end);
        await rm(workspace, { recursive: true });
      }
    });
  });

  test('the stretches include every effect of a whole rollout on the database', () => {
    const names = new Set(stretches.flatMap((one) => ownEffects(one, measuredOf(one).effects)).map(nameOf));
    const onDatabase = whole.filter(({ kind }) => kind === 'thread').map(nameOf);
    expect(onDatabase.length).toBeGreaterThan(0);
    expect(onDatabase.filter((name) => !names.has(name))).toEqual([]);
  });

  function measuredOf(stretch: Stretch): Measured {
    const found = measured.get(stretch);
    if (found === undefined) throw new Error(`${stretch.name} was not measured`);
    return found;
  }
});

/** An effect at which the program is killed, with its predecessor. */
interface OwnEffect extends Effect {
  /** Its number in the run, from 1. */
  readonly number: number;
  readonly isFirst: boolean;
  /** Whether it changes a name, mode or byte in the workspace. */
  readonly changes: boolean;
}

function ownEffects(stretch: Stretch, effects: readonly Effect[]): readonly OwnEffect[] {
  const { from = /^/, until = /$/ } = stretch.effects;
  const first = effects.findIndex(({ name }) => from.test(name));
  const last = effects.findLastIndex(({ name }) => until.test(name));
  return effects
    .map((one, index) => ({
      ...one,
      number: index + 1,
      isFirst: index === first,
      changes: one.leaves !== effects[index - 1]?.leaves,
    }))
    .slice(first, last + 1);
}

type NamedPoint = KillPoint & { readonly name: string };

const nameOf = ({ name }: Effect): string => name;

/**
 * Only the workspace outlives a kill. If an effect changes no byte, a kill after it equals a kill before it. Nothing
 * changes between two effects, so a kill before one equals a kill after its predecessor.
 */
function killPoints(stretch: Stretch, effects: readonly Effect[]): readonly NamedPoint[] {
  return ownEffects(stretch, effects).flatMap(({ name, number, kind, milliseconds, isFirst, changes }) => {
    const tears =
      kind === 'thread'
        ? changes && milliseconds > soonest
        : kind === 'steps' && !name.startsWith('journal ');
    const told = { before: isFirst, within: tears, after: changes };
    return moments
      .filter((when) => everyKill || told[when])
      .map((when) => ({ name: `${when} ${name}`, effect: number, when, milliseconds: milliseconds / 2 }));
  });
}

interface StretchPoint {
  readonly stretch: Stretch;
  readonly point: NamedPoint;
}

function inGroups<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const groups = everyKill ? items.length : Math.max(Math.ceil(items.length / haltedAtOnce), width);
  return Array.from({ length: groups }, (_, group) =>
    items.filter((_, index) => index % groups === group),
  ).filter(({ length }) => length > 0);
}

/**
 * Returns what a run leaves if it is killed at each of these points. One process halts at each of them, and is killed
 * at the last.
 */
async function leftAt(
  points: readonly NamedPoint[],
  start: string,
  words: readonly string[],
): Promise<readonly string[]> {
  const workspace = await copyOf(start);
  const left: string[] = [];
  const { signal, output } = await runHalted(workspace, words, points, async () => {
    left.push(await copyOf(workspace));
  });
  expect(signal, output).toBe('SIGKILL');
  expect([...left, workspace]).toHaveLength(points.length);
  return [...left, workspace];
}

async function kill(workspace: string, words: readonly string[], point: KillPoint): Promise<void> {
  const { signal, output } = await runKilled(workspace, words, point);
  expect(signal, output).toBe('SIGKILL');
}

let copies = 0;

async function copyOf(workspace: string): Promise<string> {
  copies += 1;
  const copy = `${workspace.replace(/-copy-\d+$/, '')}-copy-${copies}`;
  await execa('cp', ['-a', workspace, copy]);
  return copy;
}
