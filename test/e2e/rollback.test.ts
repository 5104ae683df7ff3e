import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedDump } from '../../src/adapters/embedded-session.ts';
import { inDatabase, inDatabaseRun } from '../support/database/embedded-folder.ts';
import { treeOf, untimedTreeOf } from '../support/disk/tree.ts';
import { endStateOf } from '../support/kill/end-state.ts';
import { journalFile } from '../support/kill/journal.ts';
import type { KillPoint } from '../support/kill/kill-point.ts';
import { buildKillProgram, effectsOf, runHalted } from '../support/kill/kill-program.ts';
import type { Ended } from '../support/program/erp-deploy.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { legacyWorkspace } from '../support/workspace/legacy-workspace.ts';
import {
  bindJournal,
  copyOf,
  emptyWorkspace,
  migrations,
  put,
  stack,
  starter,
  textOf,
} from '../support/workspace/workspace.ts';

const words = ['rollback', '--non-interactive'] as const;
const rollback = (workspace: string, flags: readonly string[] = []): Promise<Ended> =>
  erpDeploy(workspace, [...words, ...flags]);

const consents = ['--fix-starter', '--overwrite', `${stack}/.gitignore`];
const inventory = 'SERVICE_INVENTORY.md';
const compose = `${stack}/docker-compose.yml`;

/** A workspace of a user in which a rollout has finished, with its state before and after. */
let before: string;
let finished: string;

beforeAll(async () => {
  before = legacyWorkspace();
  put(before, inventory, '# Services\n\n- n8n\n');
  execFileSync('cp', ['-a', before, `${before}-finished`]);
  finished = `${before}-finished`;
  const { exit, stderr } = await rollOut(finished, [...consents, '--overwrite', inventory]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
});

test('what was done at one production target is not undone at another', async () => {
  const workspace = copyOf(finished);
  const at = new Date().toISOString();
  const begun = {
    v: 1,
    at,
    type: 'rollout',
    rollout: 'another',
    program: '0.1.0',
    engine: 'embedded',
    by: 'ada@here',
  };
  const records = [
    { ...begun, production: 'first.example:5432/shop' },
    { v: 1, at, type: 'intended', step: '3.3', scope: 'sql:production:migrate:001_erp_schema.sql' },
    { v: 1, at, type: 'finished', exit: 0 },
  ];
  const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  appendFileSync(join(workspace, journalFile), lines);
  const before = treeOf(workspace);
  // Nothing listens there: the rollback is refused before it connects.
  const { exit, stderr } = await rollback(workspace, [
    '--allow-copied-journal',
    '--database-url',
    'postgres://ada@127.0.0.1:1/shop',
  ]);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0833' });
  expect(stderr).toContain('Step 3.3 worked on first.example:5432/shop');
  expect(stderr).toContain('production is now 127.0.0.1:1/shop');
  expect(treeOf(workspace)).toEqual(before);
});

/** Returns paths and contents, except for those that a rollback never touches. */
function restOf(workspace: string): readonly string[] {
  const never = /^\.git(\/| )|^service-builds\/postgres-erp\/(\.env|\.gitignore|data) /;
  return untimedTreeOf(workspace).filter((line) => !never.test(line));
}

describe('a rollback', () => {
  let workspace: string;
  let ended: Ended;

  beforeAll(async () => {
    workspace = `${finished}-rolled-back`;
    execFileSync('cp', ['-a', finished, workspace]);
    bindJournal(workspace);
    ended = await rollback(workspace);
  });

  test('shows what it undoes, and reverts the folders, files and schemas of the rollout', async () => {
    expect(ended).toMatchObject({ exit: 0, stderr: '' });
    const [plan = ''] = ended.stdout.split(/^\d+ changes\.$/m);
    expect(plan).toContain('drop the schemas agent and erp of the embedded database');
    expect(plan).toMatch(/undo integration guide[\s\S]*undo migrations[\s\S]*undo infrastructure/);
    expect(restOf(workspace)).toEqual(restOf(before));
    const left = await inDatabase(workspace, (session) =>
      session.query("select nspname from pg_namespace where nspname in ('erp', 'agent', 'erp_deploy')"),
    );
    expect(left).toEqual([]);
  });

  test('never touches .env, data/ and their lines in .gitignore, and reports that', () => {
    for (const path of ['.env', '.gitignore', 'data']) {
      expect(textOf(workspace, `${stack}/.gitignore`)).toContain('/.env');
      expect(existsSync(join(workspace, stack, path))).toBe(true);
      expect(ended.stdout).toMatch(new RegExp(`kept: .*${stack}/${path.replace('.', '\\.')}`));
    }
    expect(textOf(workspace, `${stack}/.env`)).toBe(textOf(finished, `${stack}/.env`));
  });

  test('leaves no evidence that a checklist or a status would still count', async () => {
    const { stdout } = await erpDeploy(workspace, ['status', '--recorded']);
    expect(stdout.match(/ pending /g)?.length).toBeGreaterThan(15);
    expect((await erpDeploy(workspace, ['checklist'])).stdout).not.toContain('[x]');
  });

  test('changes nothing a second time, and does not undo an earlier rollout', async () => {
    const left = treeOf(workspace);
    const { exit, stdout } = await rollback(workspace);
    expect(exit).toBe(0);
    expect(stdout).toContain('is undone already');
    expect(treeOf(workspace)).toEqual(left);
  });

  test('followed by a rollout leads to the same state as one rollout', async () => {
    const refused = await rollOut(workspace, consents);
    // The text of the user is restored, so changing it needs approval again.
    expect(problemIn(refused.stderr)).toMatchObject({ code: 'ERP-0302' });
    const { exit, stderr } = await rollOut(workspace, [...consents, '--overwrite', inventory]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const [once, again] = [await endStateOf(finished), await endStateOf(workspace)];
    expect({ ...again, backups: once.backups }).toEqual(once);
  });
});

test('keeps later changes of the user, and removes only the parts that erp-deploy wrote', async () => {
  const workspace = copyOf(finished);
  put(
    workspace,
    inventory,
    textOf(workspace, inventory).replace('- n8n', '- n8n\n- grafana').concat('\nThe end.\n'),
  );
  put(workspace, starter, `${textOf(workspace, starter)}-- ours: ${starter}\n`);
  const changed = textOf(workspace, compose).replace('max-size: 10m', 'max-size: 20m');
  put(workspace, compose, changed);
  put(workspace, `${migrations}/notes.txt`, 'mine');
  const { exit, stdout, stderr } = await rollback(workspace);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(textOf(workspace, inventory)).toBe('# Services\n\n- n8n\n- grafana\n\nThe end.\n');
  expect(textOf(workspace, starter)).toBe(`${textOf(before, starter)}-- ours: ${starter}\n`);
  expect(textOf(workspace, compose)).toBe(changed);
  expect(stdout).toContain(`${compose}: changed since the rollout`);
  expect(stdout).toContain(`${migrations}: not empty`);
  expect(textOf(workspace, `${migrations}/notes.txt`)).toBe('mine');
});

describe('rows of the user', () => {
  let workspace: string;

  beforeAll(async () => {
    workspace = `${finished}-with-rows`;
    execFileSync('cp', ['-a', finished, workspace]);
    bindJournal(workspace);
    await inDatabaseRun(workspace, "insert into erp.people (full_name) values ('Ada'), ('Grace')");
  });

  test('are kept by a rollback without --force, which changes nothing', async () => {
    const left = treeOf(workspace);
    const { exit, stderr } = await rollback(workspace);
    expect(exit).toBe(2);
    expect(problemIn(stderr)).toMatchObject({ code: 'ERP-0302' });
    expect(stderr).toContain('erp.people (2 rows)');
    expect(stderr).toContain('--force');
    expect(treeOf(workspace)).toEqual(left);
    const rows = await inDatabase(workspace, (session) => session.query('select full_name from erp.people'));
    expect(rows).toHaveLength(2);
  });

  test('are in a valid dump after a rollback with --force', async () => {
    const { exit, stderr } = await rollback(workspace, ['--force']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const dumps = readdirSync(join(workspace, '.erp-deploy/dumps'));
    expect(dumps).toHaveLength(1);
    const dump = await openEmbeddedDump(join(workspace, '.erp-deploy/dumps', dumps[0] ?? ''));
    const rows = await dump.query('select full_name from erp.people order by 1');
    await dump.close();
    expect(rows.map(({ full_name }) => full_name)).toEqual(['Ada', 'Grace']);
  });
});

test('a rollback without a rollout has nothing to undo, and creates nothing', async () => {
  const workspace = emptyWorkspace();
  const { exit, stderr } = await rollback(workspace);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0830' });
  expect(treeOf(workspace)).toEqual([]);
});

test('a rollback that is killed at any of its effects on the database and repeated ends like an undisturbed one', async () => {
  buildKillProgram();
  const whole = copyOf(finished);
  const { ended, effects } = await effectsOf(whole, words);
  expect(ended, ended.output).toMatchObject({ exit: 0 });
  const wanted = await endStateOf(whole);
  expect(wanted).toMatchObject({ unfinished: false, locked: false });
  const kinds = [/^sql drop schema/, /^sql commit/, /^journal applied 2\.2/];
  const names = effects.map(({ name }) => name);
  const ends = kinds
    .map((kind) => names.findIndex((name) => kind.test(name)))
    .toSorted((one, other) => one - other);
  expect(ends, names.join('\n')).not.toContain(-1);
  const points = ends.map((index): KillPoint => ({ effect: index + 1, when: 'after', milliseconds: 0 }));
  const workspace = copyOf(finished);
  const left: string[] = [];
  const { signal, output } = await runHalted(workspace, words, points, async () => {
    const copy = emptyWorkspace();
    // Does not use `copyOf`, because a running rollback has a socket beside its lock.
    execFileSync('cp', ['-a', `${workspace}/.`, copy]);
    bindJournal(copy);
    left.push(copy);
  });
  expect(signal, output).toBe('SIGKILL');
  left.push(workspace);
  expect(left).toHaveLength(points.length);
  for (const [index, killed] of left.entries()) {
    const name = names[ends[index] ?? -1];
    const { exit, stderr } = await rollback(killed);
    expect(exit, `${name}: ${stderr}`).toBe(0);
    expect(await endStateOf(killed), name).toEqual(wanted);
  }
}, 400_000);
