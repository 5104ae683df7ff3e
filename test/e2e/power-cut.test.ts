import { appendFileSync, chmodSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/domain/ports/database.ts';
import { sampleWithFirsts } from '../run/sample.ts';
import { type HeldDatabase, heldDatabase } from '../support/database/held-database.ts';
import { type Cut, cutsOf, nameOf, recordIn } from '../support/disk/disk-cuts.ts';
import { linesOf, textIn, writeImage } from '../support/disk/disk-image.ts';
import { type Image, imageKinds } from '../support/disk/recorded-disk.ts';
import type { Moment } from '../support/disk/recording-file-system.ts';
import { endStateOf } from '../support/kill/end-state.ts';
import { journalFile } from '../support/kill/journal.ts';
import { recordedRun, runOnFiles } from '../support/program/recorded-run.ts';
import { legacyWorkspace, lostFrom } from '../support/workspace/legacy-workspace.ts';
import { legacy, put, stack } from '../support/workspace/workspace.ts';

/** A rollout divided into parts. Each starts where the previous one ended, so that a resumed run has little to do. */
interface Part {
  readonly name: string;
  readonly words: readonly string[];
  /** Changes of users or earlier kills to the workspace before the part. */
  readonly before?: (workspace: string) => void;
  /** Whether it uses the database, which earlier parts do not find. */
  readonly onDatabase?: boolean;
  /** Whether the next part starts where this one started. */
  readonly isUndone?: boolean;
}

const rollOut = ['run', '--non-interactive', '--engine', 'embedded'];
// The disk after a power cut is reconstructed in another folder.
const rollBack = ['rollback', '--non-interactive', '--allow-copied-journal'];

const parts: readonly Part[] = [
  {
    name: 'it makes the folders, the compose file, .env and the archive',
    words: [...rollOut, '--until', '0.3', '--overwrite', `${stack}/.gitignore`],
  },
  { name: 'a rollback removes them and moves the archive back', words: rollBack, isUndone: true },
  {
    name: 'it fixes the starter schema and installs the first files',
    words: [...rollOut, '--from', '0.4', '--until', '1.2', '--fix-starter'],
  },
  { name: 'a rollback removes these and restores the starter schema', words: rollBack, isUndone: true },
  {
    name: 'it sets the mode of .env, behind a torn line of the journal',
    words: [...rollOut, '--only', '0.2'],
    before: (workspace) => {
      chmodSync(join(workspace, stack, '.env'), 0o644);
      appendFileSync(join(workspace, journalFile), '{"v":1,"at":"2026-11-22T2');
    },
  },
  {
    name: 'it records the local test',
    words: [...rollOut, '--from', '2.4', '--until', '2.6'],
    onDatabase: true,
  },
  {
    name: 'it writes the documents, one of them behind what the user wrote',
    words: [...rollOut, '--phase', 'docs', '--overwrite', `${legacy}/README.md`],
    before: (workspace) => put(workspace, `${legacy}/README.md`, '# Ask Ada first\n'),
    onDatabase: true,
  },
  {
    name: 'a rollback removes the documents, but not what the user wrote',
    words: rollBack,
    onDatabase: true,
    isUndone: true,
  },
  {
    name: 'it completes the rollout and writes down the lessons learned',
    words: [...rollOut, '--phase', 'finalize', '--lessons', 'lessons.txt'],
    before: (workspace) => put(workspace, 'lessons.txt', 'Measure first.\n'),
    onDatabase: true,
  },
];

/** The calls and results of an undisturbed part. */
interface Recorded {
  readonly moments: readonly Moment[];
  readonly end: Awaited<ReturnType<typeof endStateOf>>;
}

describe('when the power is cut, or the process killed, after any call that changes a file', () => {
  const recorded = new Map<Part, Recorded>();
  let held: HeldDatabase;
  let resumed: readonly (Cut & { readonly part: Part })[];
  let folder: string;

  beforeAll(async () => {
    held = await heldDatabase();
    folder = realpathSync(legacyWorkspace());
    let start = folder;
    for (const [index, part] of parts.entries()) {
      if (part.onDatabase === true && (await held.database.state()).is === 'absent')
        await makeDatabase(start);
      part.before?.(start);
      const end = `${folder}-${index}`;
      const { ended, moments } = await recordedRun(start, end, { words: part.words, ...databaseOf(part) });
      expect(ended, `${ended.stdout}${ended.stderr}`).toMatchObject({ exit: 0 });
      recorded.set(part, { moments, end: await endStateOf(end) });
      if (part.isUndone !== true) start = end;
    }
    const all = [...recorded].flatMap(([part, { moments }]) =>
      cutsOf(moments).map((cut) => ({ ...cut, part })),
    );
    resumed = sampleWithFirsts('power cuts', all, ({ boundary }) => boundary, { usual: 8 });
  });
  afterAll(() => held.close());

  test.each(parts)('while $name, the next run ends like an undisturbed one', async (part) => {
    const { end } = recordedOf(part);
    expect(end).toMatchObject({ unfinished: false, locked: false });
    for (const [index, { name, image }] of resumed.filter((cut) => cut.part === part).entries()) {
      const workspace = `${folder}-${parts.indexOf(part)}-cut-${index}`;
      writeImage(image, workspace);
      const { exit, stderr } = await runOnFiles(workspace, { words: part.words, ...databaseOf(part) });
      expect.soft(exit, `${name}: ${stderr}`).toBe(0);
      expect.soft(await endStateOf(workspace), name).toEqual(end);
      rmSync(workspace, { recursive: true });
    }
  });

  test('a record is written only after the change that it describes is flushed', () => {
    const unflushed = momentsOf(({ call, path }) => call === 'wrote half of' && path === journalFile).filter(
      ({ previous: { images } }) =>
        !isDeepStrictEqual(linesBesideLock(images.synced), linesBesideLock(images.all)),
    );
    expect(unflushed.map(({ name, moment }) => `${name}: ${recordIn(moment)}`)).toEqual([]);
  });

  test('a file is changed only after the record of the intent is flushed', () => {
    const early = momentsOf(({ path }) => path !== '' && !path.startsWith('.erp-deploy')).filter(
      ({ moment: { images } }) => textIn(images.synced, journalFile) !== textIn(images.all, journalFile),
    );
    expect(early.map(({ name }) => name)).toEqual([]);
  });

  test('only its owner can read .env and its temporary files', () => {
    const open = momentsOf(() => true).flatMap(({ name, moment, first }) =>
      imageKinds
        .filter((kind) => hasOpenEnv(moment.images[kind], first.images.all))
        .map((kind) => `${kind}, ${name}`),
    );
    expect(open).toEqual([]);
  });

  test('no text of the user is lost', () => {
    const lost = momentsOf(() => true).flatMap(({ name, moment }) =>
      imageKinds.flatMap((kind) =>
        lostFrom((path) => textIn(moment.images[kind], path)).map((path) => `${path}: ${kind}, ${name}`),
      ),
    );
    expect(lost).toEqual([]);
  });

  function recordedOf(part: Part): Recorded {
    const found = recorded.get(part);
    if (found === undefined) throw new Error(`"${part.name}" was not recorded`);
    return found;
  }

  function databaseOf({ onDatabase = false }: Part): { readonly database?: Database } {
    return onDatabase ? { database: held.database } : {};
  }

  async function makeDatabase(workspace: string): Promise<void> {
    const words = [...rollOut, '--until', '2.3'];
    const { exit, stderr } = await runOnFiles(workspace, { words, database: held.database });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    held.freeze();
  }

  /** Returns the moments right after the matching calls of all parts. */
  function momentsOf(isAskedFor: (moment: Moment) => boolean) {
    const all = [...recorded].flatMap(([part, { moments }]) => {
      const [first, ...rest] = moments;
      if (first === undefined) throw new Error(`nothing was recorded while ${part.name}`);
      return rest.map((moment, index) => {
        const name = `${nameOf(moment)} while ${part.name}`;
        return { name, moment, first, previous: rest[index - 1] ?? first };
      });
    });
    const found = all.filter(({ moment }) => isAskedFor(moment));
    expect(found.length).toBeGreaterThan(50);
    return found;
  }
});

/**
 * Excludes the lock, which need not survive a power cut because its holder does not, and the lines of the journal
 * itself, which are about other files.
 */
function linesBesideLock(image: Image): readonly string[] {
  return linesOf(image).filter((line) => !/^\.erp-deploy\/(?:lock\/|journal\.jsonl )/.test(line));
}

/** @param start what the user may have left open */
function hasOpenEnv(image: Image, start: Image): boolean {
  return [...image].some(
    ([path, entry]) =>
      /\/postgres-erp\/\.env(?:\.[^/]*)?$/.test(path) &&
      (entry.mode & 0o077) !== 0 &&
      !isDeepStrictEqual(entry, start.get(path)),
  );
}
