import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byExtent } from '../run/sample.ts';
import { treeOf } from '../support/disk/tree.ts';
import { eventsIn } from '../support/program/erp-deploy.ts';
import { erpDeploy, type HowToRun, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import {
  emptyWorkspace,
  finishedWorkspace,
  migrations,
  put,
  stack,
  textOf,
} from '../support/workspace/workspace.ts';

const plan = 'plan.json';
const short = ['--until', '0.3'];

/** Saves the plan of the first three steps. */
async function withPlan(workspace: string, flags: readonly string[] = short): Promise<string> {
  const ended = await erpDeploy(workspace, ['plan', '--engine', 'embedded', '--out', plan, ...flags]);
  expect(ended, ended.stderr).toMatchObject({ exit: 0 });
  return ended.stdout;
}

const apply = (workspace: string, flags: readonly string[] = [], how?: HowToRun) =>
  rollOut(workspace, ['--plan', plan, ...flags], how);

/** Changes the saved plan as an operator might. */
function edit(workspace: string, change: (saved: Saved) => void): void {
  const saved: Saved = JSON.parse(textOf(workspace, plan));
  change(saved);
  put(workspace, plan, JSON.stringify(saved));
}

interface Saved {
  program: string;
  expires: string;
  steps: { step: string; changes: { scope: string; digest: string; shown: { summary: string } }[] }[];
}

describe('a saved plan', () => {
  test('is applied to its selected steps if nothing has changed', async () => {
    const workspace = emptyWorkspace();
    const stdout = await withPlan(workspace);
    expect(stdout).toContain(
      `Saved in ${plan}. To apply it: erp-deploy run --engine embedded --plan ${plan}`,
    );
    const { exit, stdout: applied, stderr } = await apply(workspace);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(applied).toMatch(/^done: 3 done, 0 skipped, 0 failed/m);
    expect(textOf(workspace, `${stack}/docker-compose.yml`)).toContain('postgres-erp');
  });

  test('is refused after it was applied, with the name of each step that is done', async () => {
    const workspace = emptyWorkspace();
    await withPlan(workspace);
    await apply(workspace);
    const before = treeOf(join(workspace, 'service-builds'));
    const { exit, stderr } = await apply(workspace);
    expect(exit).toBe(3);
    expect(problemIn(stderr)).toMatchObject({
      code: 'ERP-0341',
      excerpt: ['0.1: was 5 changes, is done', '0.2: was 3 changes, is done', '0.3: was 2 changes, is done'],
    });
    expect(treeOf(join(workspace, 'service-builds'))).toEqual(before);
  });

  test('is refused after its rollout failed, and the problem explains how to plan the remaining steps', async () => {
    const workspace = emptyWorkspace({ [`${migrations}/100_x.sql`]: "do $$ begin raise 'no'; end $$;\n" });
    await withPlan(workspace, ['--until', '2.2']);
    const failed = await apply(workspace);
    expect(failed, failed.stderr).toMatchObject({ exit: 3, stderr: expect.stringContaining('100_x.sql') });
    const { exit, stderr } = await apply(workspace);
    expect(exit).toBe(3);
    const { why, todo } = problemIn(stderr);
    expect(why).toContain('did not finish, so what it changed differs from the plan');
    expect(todo[0]).toContain('Make a new plan of what is left: erp-deploy plan --engine embedded --out');
  });

  test.each<[string, (workspace: string) => void, string]>([
    [
      'a migration is new',
      (workspace) => put(workspace, `${migrations}/100_x.sql`, 'ALTER TABLE erp.people ADD COLUMN x int;\n'),
      `${migrations}/100_x.sql: is new`,
    ],
    [
      'the configuration is new',
      (workspace) => put(workspace, 'erp-deploy.config.yaml', 'project: other\n'),
      'erp-deploy.config.yaml: is new',
    ],
    [
      'a file of a step exists now',
      (workspace) => put(workspace, `${stack}/docker-compose.yml`, 'services: {}\n'),
      `0.2: was "write ${stack}/docker-compose.yml", is "change ${stack}/docker-compose.yml"`,
    ],
    [
      'another version made it',
      (workspace) => edit(workspace, (saved) => (saved.program = '9.9.9')),
      'erp-deploy: was 9.9.9, is 0.1.0',
    ],
    [
      'it has expired',
      (workspace) => edit(workspace, (saved) => (saved.expires = '2020-01-01T00:00:00.000Z')),
      'the plan expired at 2020-01-01T00:00:00.000Z',
    ],
    [
      'another change was put into it',
      (workspace) =>
        edit(workspace, ({ steps }) => {
          const change = steps[0]?.changes[0];
          if (change !== undefined) change.shown.summary = 'make folder elsewhere';
        }),
      `0.1: was "make folder elsewhere", is "make folder ${stack}"`,
    ],
    [
      'a change was taken out of it',
      (workspace) => edit(workspace, ({ steps }) => steps[0]?.changes.shift()),
      `0.1: new: make folder ${stack}`,
    ],
    [
      'a step was taken out of it',
      (workspace) => edit(workspace, ({ steps }) => steps.shift()),
      '0.1: not in the saved plan',
    ],
  ])('is refused before anything changes if %s', async (_, move, line) => {
    const workspace = emptyWorkspace();
    await withPlan(workspace);
    move(workspace);
    const before = treeOf(workspace);
    const { exit, stderr } = await apply(workspace);
    expect(exit, stderr).toBe(3);
    const { code, excerpt } = problemIn(stderr);
    expect(code).toBe('ERP-0341');
    expect(excerpt.join('\n')).toContain(line);
    expect(treeOf(workspace).filter((line) => !line.startsWith('.erp-deploy'))).toEqual(before);
  });

  test('approves nothing by itself: a change that needs an explicit approval still needs its flag', async () => {
    const workspace = emptyWorkspace({ [`${stack}/docker-compose.yml`]: 'services: {}\n' });
    const stdout = await withPlan(workspace);
    const flag = ['--overwrite', `${stack}/docker-compose.yml`];
    expect(stdout).toContain(`--plan ${plan} ${flag.join(' ')}`);
    const refused = await apply(workspace);
    expect(refused.exit).toBe(2);
    expect(problemIn(refused.stderr).code).toBe('ERP-0302');
    expect(textOf(workspace, `${stack}/docker-compose.yml`)).toBe('services: {}\n');
    expect(await apply(workspace, flag)).toMatchObject({ exit: 0 });
  });

  test('covers changes that were pending when it was made, until the end of the rollout', async () => {
    const workspace = emptyWorkspace();
    await withPlan(workspace, []);
    const { exit, stdout, stderr } = await apply(workspace);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^done: \d+ done, \d+ skipped, 0 failed/m);
  });

  test('selects the steps, so flags that select others are refused', async () => {
    const workspace = emptyWorkspace();
    await withPlan(workspace);
    const { exit, stderr } = await apply(workspace, ['--only', '0.1', '--until', '0.2']);
    expect(exit).toBe(2);
    expect(problemIn(stderr)).toMatchObject({
      code: 'ERP-0109',
      what: '--plan cannot be used together with --only, --until.',
    });
  });

  test('contains no secret, and is not written over another file or for a blocked plan', async () => {
    const workspace = await finishedWorkspace();
    put(workspace, `${migrations}/100_x.sql`, '-- a comment\nALTER TABLE erp.people ADD COLUMN x int;\n');
    await withPlan(workspace, []);
    const secrets = textOf(workspace, `${stack}/.env`).match(/(?<=^[A-Z_]+=)\S+/gm) ?? [];
    expect(secrets.length).toBeGreaterThan(2);
    for (const secret of secrets) expect(textOf(workspace, plan)).not.toContain(secret);
    put(workspace, 'notes.txt', 'mine\n');
    const other = await erpDeploy(workspace, ['plan', '--engine', 'embedded', '--out', 'notes.txt']);
    expect({ exit: other.exit, code: problemIn(other.stderr).code }).toEqual({ exit: 2, code: 'ERP-0342' });
    expect(textOf(workspace, 'notes.txt')).toBe('mine\n');
    put(workspace, `${migrations}/101_bad.sql`, 'COMMIT;\n');
    const blocked = await erpDeploy(workspace, ['plan', '--engine', 'embedded', '--out', 'other.json']);
    expect(blocked.exit).not.toBe(0);
    expect(blocked.stdout).toContain('other.json was not written: the plan is blocked.');
    expect(existsSync(join(workspace, 'other.json'))).toBe(false);
  });
});

describe('plan --show', () => {
  test('prints the saved plan like the command plan, and changes nothing', async () => {
    const workspace = emptyWorkspace();
    const made = await withPlan(workspace);
    const before = treeOf(workspace);
    const { exit, stdout } = await erpDeploy(workspace, ['plan', '--show', plan]);
    expect(exit).toBe(0);
    const changes = (text: string) => text.split('\n').filter((line) => /^ {12}[+ ]/.test(line));
    expect(changes(stdout)).toEqual(changes(made));
    expect(stdout).toMatch(/^info: Saved plan, made at \S+ by \S+, valid until \S+$/m);
    expect(treeOf(workspace)).toEqual(before);
  });

  test('reports that a plan has expired', async () => {
    const workspace = emptyWorkspace();
    await withPlan(workspace);
    edit(workspace, (saved) => (saved.expires = '2020-01-01T00:00:00.000Z'));
    const { stdout } = await erpDeploy(workspace, ['plan', '--show', plan]);
    expect(stdout).toContain('warning: The plan has expired');
  });

  test('prints events with --json, and Markdown with --format markdown', async () => {
    const workspace = emptyWorkspace();
    await withPlan(workspace);
    const events = eventsIn((await erpDeploy(workspace, ['plan', '--show', plan, '--json'])).stdout);
    expect(events.filter(({ type }) => type === 'step.planned')).toHaveLength(3);
    const { stdout } = await erpDeploy(workspace, ['plan', '--show', plan, '--format', 'markdown']);
    expect(stdout).toMatch(
      /^## erp-deploy plan\n\n\*\*10 changes, \d+ of them not undone by rollback\.\*\*\n/,
    );
    expect(stdout).toContain('| 0.2 | compose file and .env | change | 3 |');
    expect(stdout).toContain('<details><summary>0.2 compose file and .env</summary>');
    const now = await erpDeploy(workspace, [
      'plan',
      '--engine',
      'embedded',
      ...short,
      '--format',
      'markdown',
    ]);
    expect(now.stdout.split('<details>')[1]).toBe(stdout.split('<details>')[1]);
  });

  test('refuses flags for making a plan', async () => {
    const workspace = emptyWorkspace();
    await withPlan(workspace);
    const { exit, stderr } = await erpDeploy(workspace, ['plan', '--show', plan, '--only=0.1']);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0109' });
  });
});

/** Values that replace any part of a saved plan. */
const wrong = fc.constantFrom<unknown>(null, '', [], {}, -1, '\u202e\x1b[2J', '9.9', '__proto__', {
  toString: 1,
});

test('any text in place of a saved plan is refused or shown, and never causes an exception', {
  timeout: 240_000,
}, async () => {
  const workspace = emptyWorkspace();
  await withPlan(workspace);
  const whole = readFileSync(join(workspace, plan), 'utf8');
  const edited = fc
    .tuple(fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }), wrong)
    .map(([path, value]) => JSON.stringify(replaced(JSON.parse(whole), path, value)));
  const cut = fc.nat(whole.length).map((length) => whole.slice(0, length));
  const texts = fc.oneof(fc.string({ unit: 'binary' }), cut, { weight: 4, arbitrary: edited });
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      put(workspace, plan, text);
      const shown = await erpDeploy(workspace, ['plan', '--show', plan, '--format', 'markdown']);
      expect([0, 2], shown.stderr).toContain(shown.exit);
      const applied = await apply(workspace, ['--engine', 'docker', '--json']);
      expect([2, 3], applied.stderr).toContain(applied.exit);
      expect(shown.stdout + shown.stderr + applied.stdout).not.toContain('\x1b');
    }),
    { numRuns: byExtent({ usual: 60, all: 600 }) },
  );
});

/** Replaces the part of a value at a path of positions, each taken modulo the number of parts. */
function replaced(value: unknown, [first = 0, ...rest]: readonly number[], by: unknown): unknown {
  if (typeof value !== 'object' || value === null) return by;
  const keys = Object.keys(value);
  const key = keys[first % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const parts: Record<string, unknown> = { ...value };
  parts[key] = rest.length === 0 ? by : replaced(parts[key], rest, by);
  return Array.isArray(value) ? Object.values(parts) : parts;
}
