import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { starterText } from '../database/starter-schema/starter-text.ts';
import { sampleOf } from '../run/sample.ts';
import { inDatabaseRun, ledgerIn } from '../support/database/embedded-folder.ts';
import { journalOf } from '../support/kill/journal.ts';
import { programFile } from '../support/program/erp-deploy.ts';
import { keys, Terminal } from '../support/wizard/terminal.ts';
import { askedAt, said, Walk } from '../support/wizard/walk.ts';
import { configure, configured, openWizard } from '../support/wizard/wizard.ts';
import {
  copyOf,
  emptyWorkspace,
  finishedWorkspace,
  migrations,
  put,
  sharedWorkspace,
  stack,
  starter,
  textOf,
} from '../support/workspace/workspace.ts';

// Runs the journeys of the other wizard tests in the two looks whose texts differ. Those tests cover the other looks.

interface Look {
  readonly env: Readonly<Record<string, string>>;
  readonly isLines: boolean;
  /** Characters that the terminal cannot display, or a screen reader cannot read. */
  readonly unwanted: RegExp;
}

const looks: Readonly<Record<'LANG=C' | 'TERM=dumb', Look>> = {
  'LANG=C': { env: { LANG: 'C' }, isLines: false, unwanted: /[^\0-\x7f]/ },
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  'TERM=dumb': { env: { TERM: 'dumb' }, isLines: true, unwanted: /\x1b|[✔✖●○≠⊘▸▏│─█░⏎]/ },
};

type Open = (workspace: string, ...words: readonly string[]) => Walk;
type Journey = (open: Open) => Promise<Terminal>;

const own = `${migrations}/100_own.sql`;
const faulty = 'create table erp.tag (id int primary key);\ninsert into erp.tags values (1);\n';
const fixed = faulty.replace('erp.tags', 'erp.tag');
const failed = askedAt('2.2', 'r:? retry');

async function withFaultyFile(): Promise<string> {
  const workspace = await finishedWorkspace({ [own]: faulty });
  configure(workspace);
  return workspace;
}

let killed: Promise<string> | undefined;
/** Returns a workspace whose rollout was killed before 0.2, with 0.1 done. */
async function killedWorkspace(): Promise<string> {
  killed ??= (async () => {
    const workspace = sharedWorkspace();
    configure(workspace);
    const walk = new Walk(openWizard(workspace), false);
    await walk.press('enter', said.plan);
    await walk.press('y', askedAt('0.1'));
    await walk.sees(askedAt('0.2'));
    process.kill(walk.wizard.programPid(), 'SIGKILL');
    await walk.wizard.exit();
    return workspace;
  })();
  return copyOf(await killed);
}

const journeys: Readonly<Record<string, Journey>> = {
  'a change is declined, asked again and applied': async (open) => {
    const workspace = configured();
    const walk = open(workspace, '--until', '0.1');
    await walk.press('enter', said.plan);
    await walk.press('n', askedAt('0.1'));
    await walk.press('r', said.declined);
    await walk.press('y', askedAt('0.1'));
    expect(await walk.wizard.exit()).toBe(0);
    expect(existsSync(join(workspace, stack))).toBe(true);
    return walk.wizard;
  },
  'a step is skipped with a reason': async (open) => {
    const workspace = configured();
    const walk = open(workspace, '--until', '0.1');
    await walk.press('enter', said.plan);
    await walk.press('s', askedAt('0.1'));
    await walk.write('made by hand', /Why skip 0\.1/);
    expect(await walk.wizard.exit()).toBe(0);
    expect(walk.wizard.history()).toContain('skipped: made by hand');
    return walk.wizard;
  },
  'everything is applied, with lessons': async (open) => {
    const workspace = configured();
    const walk = open(workspace);
    await walk.press('a', said.plan);
    await walk.write('Ask the API team first.', said.lessons);
    await walk.press('y', askedAt('5.3'));
    expect(await walk.wizard.exit()).toBe(0);
    expect(walk.wizard.history()).toMatch(/17 done/);
    expect(textOf(workspace, `${stack}/LESSONS_LEARNED.md`)).toContain('Ask the API team first.');
    return walk.wizard;
  },
  'a phase is applied, then it is stopped': async (open) => {
    const workspace = configured();
    const walk = open(workspace);
    await walk.press('enter', said.plan);
    await walk.press('Y', askedAt('0.1'));
    await walk.press('q', askedAt('2.1'));
    expect(await walk.wizard.exit()).toBe(130);
    expect(walk.wizard.history()).toMatch(/Stopped in 2\.1 at your request\./);
    return walk.wizard;
  },
  'it is paused, and resumed': async (open) => {
    const walk = open(configured(), '--until', '0.5');
    await walk.press('p', said.plan);
    await walk.press('a', /pause|Pausing/);
    await walk.press('p', /p:? resume/);
    expect(await walk.wizard.exit()).toBe(0);
    return walk.wizard;
  },
  'a failure is left': async (open) => {
    const walk = open(await withFaultyFile());
    await walk.press('a', said.plan);
    await walk.press('q', failed);
    expect(await walk.wizard.exit()).toBe(4);
    expect(walk.wizard.history()).toMatch(/ERP-0510 {2}100_own\.sql, line 2/);
    return walk.wizard;
  },
  'a failed file is fixed, and tried again': async (open) => {
    const workspace = await withFaultyFile();
    const walk = open(workspace);
    await walk.press('a', said.plan);
    await walk.sees(failed);
    put(workspace, own, fixed);
    await walk.press('r', failed);
    await walk.press('y', /2\.2 [\s\S]*beyond what you approved[\s\S]*y:? apply/);
    await walk.press('enter', said.lessons);
    await walk.press('y', /5\.3 [\s\S]*beyond what you approved[\s\S]*y:? apply/);
    expect(await walk.wizard.exit()).toBe(0);
    expect(await ledgerIn(workspace)).toContain('100_own.sql');
    return walk.wizard;
  },
  'a failed step is skipped with those that depend on it, and taken back': async (open) => {
    const workspace = await withFaultyFile();
    const walk = open(workspace);
    await walk.press('a', said.plan);
    await walk.press('s', failed);
    await walk.write('not now', /Why skip 2\.2 migrations, and the \d steps that depend/);
    await walk.sees(/u:? take back \d+ skips/);
    put(workspace, own, fixed);
    await walk.press('u', /u:? take back \d+ skips/);
    await walk.press('a', said.plan);
    await walk.press('enter', said.lessons);
    expect(await walk.wizard.exit()).toBe(0);
    expect(await ledgerIn(workspace)).toContain('100_own.sql');
    return walk.wizard;
  },
  'an answer of the setup is edited after a failure': async (open) => {
    const workspace = configured({ 'mine.sql/inside.txt': '' });
    put(workspace, 'erp-deploy.config.yaml', 'engine: embedded\nstarter-schema: mine.sql\n');
    const walk = open(workspace, '--until', '0.5');
    await walk.press('e', askedAt('0.4', 'r:? retry'));
    const selected = (label: string) => new RegExp(`(?:>|selected:) ${label}`);
    await walk.press('down', selected('Production'));
    await walk.press('down', selected('Public name'));
    await walk.press('down', selected('cloudflared container'));
    await walk.press('enter', selected('Starter schema'));
    await walk.write('none.sql', /Starter schema +mine\.sql/, 'mine.sql');
    await walk.press('n', /Starter schema +none\.sql[\s\S]*n:? retry without saving/);
    await walk.press('a', said.plan);
    expect(await walk.wizard.exit()).toBe(0);
    expect(walk.wizard.history()).toContain('0.4 skipped: none.sql does not exist');
    return walk.wizard;
  },
  'a killed rollout is resumed': async (open) => {
    const workspace = await killedWorkspace();
    const walk = open(workspace, '--until', '0.5');
    await walk.press('enter', said.resume);
    await walk.press('a', said.plan);
    expect(await walk.wizard.exit()).toBe(0);
    expect(journalOf(workspace).map(({ type }) => type)).toContain('resumed');
    return walk.wizard;
  },
  'what drifted is shown before a rollout is resumed': async (open) => {
    const workspace = await killedWorkspace();
    rmSync(join(workspace, stack, 'data'), { recursive: true });
    const walk = open(workspace);
    await walk.press('d', said.resume);
    await walk.press('escape', /Drift since the steps were done[\s\S]*data/);
    await walk.press('q', said.resume);
    expect(await walk.wizard.exit()).toBe(0);
    expect(walk.wizard.history()).toContain('nothing was changed');
    return walk.wizard;
  },
  'a rollout is started over': async (open) => {
    const workspace = await killedWorkspace();
    const walk = open(workspace, '--until', '0.5');
    await walk.press('n', /n:? start over/);
    await walk.press('a', said.plan);
    expect(await walk.wizard.exit()).toBe(0);
    expect(journalOf(workspace)[0]).toMatchObject({ type: 'rollout' });
    return walk.wizard;
  },
  'separate approval is asked for, and declined': async (open) => {
    const workspace = configured({ [starter]: starterText });
    const walk = open(workspace, '--until', '0.4');
    await walk.press('a', said.plan);
    await walk.press('n', /--fix-starter[\s\S]*n:? decline/);
    await walk.press('s', said.declined);
    await walk.write('later', /Why skip 0\.4/);
    expect(await walk.wizard.exit()).toBe(0);
    expect(textOf(workspace, starter)).toBe(starterText);
    return walk.wizard;
  },
  'the setup is answered, and its answers saved': async (open) => {
    const workspace = emptyWorkspace();
    const walk = open(workspace);
    await walk.press('enter', /Question 1 of 3[\s\S]*(?:Enter):? next/);
    await walk.press('enter', /Question 2 of 3[\s\S]*(?:Enter):? next/);
    await walk.press('y', /Save these answers[\s\S]*y:? save/);
    await walk.press('q', said.plan);
    expect(await walk.wizard.exit()).toBe(0);
    expect(existsSync(join(workspace, 'erp-deploy.config.yaml'))).toBe(true);
    return walk.wizard;
  },
  'a database that drifted is shown with its difference': async (open) => {
    const workspace = await finishedWorkspace();
    configure(workspace);
    await inDatabaseRun(workspace, 'alter table erp.tasks drop constraint tasks_assignee_id_fkey');
    const walk = open(workspace);
    await walk.press('q', askedAt('2.3', 'r:? retry'));
    expect(await walk.wizard.exit()).toBe(5);
    expect(walk.wizard.history()).toContain('foreign key tasks_assignee_id_fkey on erp.tasks');
    return walk.wizard;
  },
  'Ctrl-C stops safely, and the next rollout resumes': async (open) => {
    const workspace = configured();
    const walk = open(workspace);
    await walk.press('enter', said.plan);
    await walk.sees(askedAt('0.1'));
    walk.wizard.press(keys.ctrlC);
    expect(await walk.wizard.exit()).toBe(130);
    expect(walk.wizard.history()).toMatch(/Stopped in 0\.1 at your request\. To resume: /);
    return walk.wizard;
  },
};

function rollsBack(look: Look): Journey {
  return async () => {
    const workspace = await finishedWorkspace();
    const command = [process.execPath, programFile(), 'rollback'] as const;
    const walk = new Walk(Terminal.start(command, { cwd: workspace, env: look.env }), look.isLines);
    await walk.press('a', said.plan);
    expect(await walk.wizard.exit()).toBe(0);
    expect(walk.wizard.history()).toContain('12 undone');
    return walk.wizard;
  };
}

const walks = (['LANG=C', 'TERM=dumb'] as const).flatMap((name) =>
  Object.entries({ ...journeys, 'a rollout is rolled back': rollsBack(looks[name]) }).map(
    ([journey, walk]) => ({ name, journey, walk }),
  ),
);

test.each(sampleOf('journeys in ASCII and in lines', walks, { usual: 17 }))(
  'with $name, $journey',
  async ({ name, walk }) => {
    const { env, isLines, unwanted } = looks[name];
    const wizard = await walk(
      (workspace, ...words) => new Walk(openWizard(workspace, { env, words }), isLines),
    );
    expect(wizard.raw()).not.toMatch(unwanted);
  },
);
