import { appendFileSync, chmodSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { byExtent, sampleOf } from '../run/sample.ts';
import { endStateOf } from '../support/end-state.ts';
import { journalFile } from '../support/journal.ts';
import { type Effect, type KillPoint, moments } from '../support/kill-point.ts';
import {
  buildKillProgram,
  effectsOf,
  runHalted,
  runKilled,
  runUndisturbed,
} from '../support/kill-program.ts';
import { legacyWorkspace, lostIn } from '../support/legacy-workspace.ts';
import { sideBySide } from '../support/side-by-side.ts';
import { legacy, migrations, put, stack } from '../support/workspace.ts';

/**
 * A roll-out in stretches, each from where the one before ended: a kill in the last one need not first
 * repeat all of the others. Together they have every effect that a roll-out has.
 */
interface Stretch {
  readonly name: string;
  readonly words: readonly string[];
  /** What people, or earlier kills, did to the workspace before. */
  readonly before?: (workspace: string) => Promise<void> | void;
  /** Effects that every stretch begins or ends with are killed in one of them. */
  readonly effects: { readonly from?: RegExp; readonly until?: RegExp };
  /** The journal's lines are torn where that is cheap: what tears them does not know what stands in them. */
  readonly tearsJournal: boolean;
}

const stretches: readonly Stretch[] = [
  {
    name: 'the folders, the compose file, .env and the archive are made',
    words: ['--until', '0.3', '--overwrite', `${stack}/.gitignore`],
    effects: {},
    tearsJournal: true,
  },
  {
    name: 'the starter schema is mended and the first files are installed',
    words: ['--from', '0.4', '--until', '1.1', '--fix-starter'],
    effects: { from: /^journal intended/, until: /^journal verified 1.1/ },
    tearsJournal: true,
  },
  {
    name: 'the mode of .env is set, after a kill that left a torn journal and a lock',
    words: ['--only', '0.2'],
    before: async (workspace) => {
      chmodSync(join(workspace, stack, '.env'), 0o644);
      await kill(workspace, ['--only', '0.2'], { effect: 'release 3', when: 'before', milliseconds: 0 });
      chmodSync(join(workspace, stack, '.env'), 0o644);
      appendFileSync(join(workspace, journalFile), '{"v":1,"at":"2026-11-22T2');
    },
    effects: {},
    tearsJournal: true,
  },
  {
    name: 'the second migration is installed',
    words: ['--only', '1.2'],
    effects: { from: /^journal intended/, until: /^journal verified/ },
    tearsJournal: false,
  },
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
    tearsJournal: false,
  },
  {
    name: 'the migrations are applied',
    words: ['--only', '2.2'],
    effects: { from: /^journal intended/, until: /^journal verified/ },
    tearsJournal: false,
  },
  {
    name: 'the database is validated',
    words: ['--only', '2.3'],
    effects: { from: /^sql begin/, until: /^journal verified/ },
    tearsJournal: false,
  },
  {
    name: 'the local test is recorded',
    words: ['--from', '2.4', '--until', '2.6'],
    effects: { from: /^journal verified 2.4/ },
    tearsJournal: false,
  },
  ...['4.1', '4.2', '4.3'].map((step) => ({
    name: `the document of ${step} is written`,
    words: ['--only', step],
    effects: { from: /^journal intended/, until: /^journal verified/ },
    tearsJournal: false,
  })),
  {
    name: 'the last document is written behind what a person wrote',
    words: ['--only', '4.4', '--overwrite', `${legacy}/README.md`],
    before: (workspace) => put(workspace, `${legacy}/README.md`, '# Ask Ada first\n'),
    effects: { from: /(?:^folder .*backups|^journal intended)/, until: /^journal verified/ },
    tearsJournal: false,
  },
  {
    name: 'the roll-out is completed, and what was learned written down',
    words: ['--phase', 'finalize', '--lessons', 'lessons.txt'],
    before: (workspace) => put(workspace, 'lessons.txt', 'Measure first.\n'),
    effects: { from: /^journal (?:intended|verified)/, until: /^journal verified/ },
    tearsJournal: false,
  },
  {
    name: "a person's own migrations are applied, one of them outside of any transaction",
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
    tearsJournal: false,
  },
];

const wholeRun = ['--overwrite', `${stack}/.gitignore`, '--fix-starter'];

/** Where the run of a stretch starts, what it does undisturbed, and what it comes to. */
interface Measured {
  readonly start: string;
  readonly effects: readonly Effect[];
  readonly end: Awaited<ReturnType<typeof endStateOf>>;
}

/** Milliseconds: a timer is not exact enough to hit what another thread does in less. */
const soonest = 10;

/** Processes at a time. */
const width = 2;
/** Points that one process is halted at; each leaves a copy of the workspace behind, of up to 60 MB. */
const haltedAtOnce = 16;
const everyKill = process.env.ERP_DEPLOY_EVERY_KILL === '1';

describe('a roll-out that is killed at an effect, and started again, ends as one that never was', () => {
  const measured = new Map<Stretch, Measured>();
  let whole: readonly Effect[];
  let points: readonly StretchPoint[];
  beforeAll(async () => {
    buildKillProgram();
    let start = legacyWorkspace();
    for (const stretch of stretches) {
      await stretch.before?.(start);
      const end = await copyOf(start);
      const { ended, effects } = await effectsOf(end, stretch.words);
      expect(ended, ended.output).toMatchObject({ exit: 0 });
      measured.set(stretch, { start, effects, end: await endStateOf(end) });
      start = end;
    }
    const { ended, effects } = await effectsOf(legacyWorkspace(), wholeRun);
    expect(ended, ended.output).toMatchObject({ exit: 0 });
    whole = effects;
    points = pointsOfThisRun(
      stretches.flatMap((stretch) =>
        killPoints(stretch, measuredOf(stretch).effects).map((point) => ({ stretch, point })),
      ),
    );
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

  test('while any effect of a whole roll-out happens', () => {
    const names = new Set(stretches.flatMap((one) => ownEffects(one, measuredOf(one).effects)).map(nameOf));
    expect(whole.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
  });

  test('with all that people had written before', () => {
    const ends = [...measured.values()].slice(1).map(({ start }) => lostIn(start));
    expect(ends.flat()).toEqual([]);
  });

  function measuredOf(stretch: Stretch): Measured {
    const found = measured.get(stretch);
    if (found === undefined) throw new Error(`${stretch.name} was not measured`);
    return found;
  }
});

/** An effect that kills are for, with what came before it. */
interface OwnEffect extends Effect {
  /** Its place in the run, from 1. */
  readonly number: number;
  readonly isFirst: boolean;
  /** Whether a kill after it finds another name, mode or byte in the workspace than one before it. */
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
 * Nothing but what lies in the workspace outlives a kill: where an effect left every byte as it was, a kill after it
 * is the kill before it. And nothing changes between two effects: before one is after the other.
 */
function killPoints(stretch: Stretch, effects: readonly Effect[]): readonly NamedPoint[] {
  return ownEffects(stretch, effects).flatMap(({ name, number, kind, milliseconds, isFirst, changes }) => {
    const tears =
      kind === 'thread'
        ? changes && milliseconds > soonest
        : kind === 'steps' && (stretch.tearsJournal || !name.startsWith('journal '));
    const told = { before: isFirst, within: tears, after: changes };
    return moments
      .filter((when) => everyKill || told[when])
      .map((when) => ({ name: `${when} ${name}`, effect: number, when, milliseconds: milliseconds / 2 }));
  });
}

/** Returns, in their order, all points; in `npm test` the first of every kind of boundary, and a part of the others. */
function pointsOfThisRun(all: readonly StretchPoint[]): readonly StretchPoint[] {
  if (byExtent({ usual: false, all: true })) return sampleOf('kill points', all, { usual: 1 });
  const kinds = all.map(({ point }) => boundaryOf(point));
  const isFirst = all.map((_, index) => kinds.indexOf(kinds[index] ?? '') === index);
  const others = all.filter((_, index) => !isFirst[index]);
  const sampled = new Set(sampleOf('kill points beside the first of each kind', others, { usual: 8 }));
  return all.filter((one, index) => isFirst[index] || sampled.has(one));
}

interface StretchPoint {
  readonly stretch: Stretch;
  readonly point: NamedPoint;
}

/** Returns the moment and the effect without its step, path or count, such as `after journal intended`. */
function boundaryOf({ name }: NamedPoint): string {
  return name.replace(/ [^ ]*[\d/.:][\s\S]*$/, '');
}

function inGroups<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const groups = everyKill ? items.length : Math.max(Math.ceil(items.length / haltedAtOnce), width);
  return Array.from({ length: groups }, (_, group) =>
    items.filter((_, index) => index % groups === group),
  ).filter(({ length }) => length > 0);
}

/** What a run leaves that is killed at each of these points: one process, killed at the last, stands still at the others. */
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
