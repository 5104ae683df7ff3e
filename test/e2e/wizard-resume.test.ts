import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { journalOf } from '../support/kill/journal.ts';
import { rollOut } from '../support/program/erp-deploy.ts';
import { keys, type Terminal } from '../support/wizard/terminal.ts';
import {
  allLooks,
  askedAbout,
  configure,
  configured,
  expectReadable,
  expectShown,
  looks,
  openWizard,
  seen,
  withoutLessons,
} from '../support/wizard/wizard.ts';
import { copyOf, sharedWorkspace, stack } from '../support/workspace/workspace.ts';

/** Makes the workspace of a rollout that was killed while it waited before 0.3, with 0.1 and 0.2 done. */
async function killedTemplate(): Promise<string> {
  const workspace = sharedWorkspace();
  configure(workspace);
  const wizard = openWizard(workspace);
  await wizard.until(seen.plan);
  wizard.press(keys.enter);
  await askedAbout(wizard, '0.1');
  wizard.press('y');
  await askedAbout(wizard, '0.2');
  wizard.press('y');
  await askedAbout(wizard, '0.3');
  process.kill(wizard.programPid(), 'SIGKILL');
  expect(await wizard.exit()).toBe(137);
  return workspace;
}

describe('a rollout that was killed', () => {
  let template: Promise<string> | undefined;
  const killed = async () => {
    template ??= killedTemplate();
    return copyOf(await template);
  };

  test.each(looks)(
    'is shown at the start with its done and pending steps, and where it resumes, at $look',
    async (look) => {
      const workspace = await killed();
      const wizard = openWizard(workspace, look);
      const resume = await wizard.until(/An unfinished rollout[\s\S]*⏎ resume/);
      expect(resume).toMatch(/✔ {2}2 steps done, and verified just now/);
      expect(resume).toMatch(/≠ {2}0 steps drifted/);
      expect(resume).toMatch(/Resumes at 0\.3 archive legacy/);
      wizard.press(keys.enter);
      await wizard.until(seen.plan);
      wizard.press('a');
      await withoutLessons(wizard);
      expect(await wizard.exit()).toBe(0);
      expect(journalOf(workspace).map(({ type }) => type)).toContain('resumed');
      expect(existsSync(join(workspace, stack, 'LESSONS_LEARNED.md'))).toBe(false);
      expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'finished', exit: 0 });
    },
  );

  test.each(looks)(
    'is shown with the steps that drifted since, and d shows the details, at $look',
    async (look) => {
      const workspace = await killed();
      rmSync(join(workspace, stack, 'docker-compose.yml'));
      const wizard = openWizard(workspace, look);
      const resume = await wizard.until(/An unfinished rollout[\s\S]*⏎ resume/);
      const drifted = 'service-builds/postgres-erp/docker-compose.yml';
      expectShown(resume, `≠ 1 step drifted 0.2 compose file and .env ${drifted}: missing`);
      expect(resume).toMatch(/Resumes at 0\.2/);
      expect(wizard.styleOf('docker-compose.yml: missing').foreground).toBe(
        'env' in look ? 'default' : 'palette 1',
      );
      wizard.press('d');
      const drift = await wizard.until('Drift since the steps were done');
      const found = 'expected the file of this version actual missing';
      expectShown(drift, `≠ 0.2 compose file and .env ${drifted} ${found}`);
      expect(drift).not.toContain('d show drift');
      // A key on this screen answers the question as on the previous screen.
      expect(drift).toContain('⏎ resume');
      wizard.press(keys.escape);
      await wizard.until(seen.resume);
      wizard.press('q');
      expect(await wizard.exit()).toBe(0);
      expectReadable(wizard, look);
    },
  );

  test.each(looks)('can be started over, and the old journal stays, at $look', async (look) => {
    const workspace = await killed();
    const wizard = openWizard(workspace, { ...look, words: ['--until', '0.5'] });
    await wizard.until('n start over');
    expect(wizard.text()).not.toContain('d show drift');
    const before = journalOf(workspace);
    wizard.press('n');
    await wizard.until(seen.plan);
    wizard.press('a');
    expect(await wizard.exit()).toBe(0);
    const [old] = readdirSync(join(workspace, '.erp-deploy')).filter((name) =>
      /^journal-.*\.jsonl$/.test(name),
    );
    expect(old).toBeDefined();
    expect(journalOf(workspace, `.erp-deploy/${old}`)).toEqual(before);
    expect(journalOf(workspace)[0]).toMatchObject({ type: 'rollout' });
  });

  test.each(looks)('is unchanged after q, at $look', async (look) => {
    const workspace = await killed();
    const before = journalOf(workspace);
    const wizard = openWizard(workspace, look);
    await wizard.until('⏎ resume');
    wizard.press('q');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).toContain('quit, nothing was changed');
    expect(journalOf(workspace)).toEqual(before);
  });
});

/** The ways to stop safely, each in a different look. */
const stops = allLooks.map((look, index) => ({
  ...look,
  ...[
    { how: 'q', stop: (wizard: Terminal) => wizard.press('q') },
    { how: 'Ctrl-C', stop: (wizard: Terminal) => wizard.press(keys.ctrlC) },
    { how: 'SIGINT from outside', stop: (wizard: Terminal) => process.kill(wizard.programPid(), 'SIGINT') },
  ][index % 3],
}));

describe('stopped safely', () => {
  test.each(stops)(
    'with $how during a change: finishes it, notes it in the journal, and the next run resumes, at $look',
    async ({ how, stop, ...look }) => {
      const workspace = configured();
      const wizard = openWizard(workspace, look);
      await wizard.until(seen.plan);
      wizard.press('a');
      await wizard.until(/2\.1 start database +●/);
      stop?.(wizard);
      await wizard.until('stopping …');
      expect(wizard.text()).toContain('Ctrl-C quit at once');
      // Unlike a second Ctrl-C, a second q does not quit immediately.
      if (how === 'q') wizard.press('q');
      expect(await wizard.exit()).toBe(130);
      expect(wizard.history()).toMatch(/Stopped in 2\.[12] at your request\. To resume: erp-deploy/);
      expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'interrupted', by: 'SIGINT' });
      expect(await rollOut(workspace)).toMatchObject({ exit: 0 });
    },
  );

  test('immediately by a second Ctrl-C: the next run still resumes', async () => {
    const workspace = configured();
    const wizard = openWizard(workspace);
    await wizard.until(seen.plan);
    wizard.press('a');
    await wizard.until(/2\.1 start database +●/);
    wizard.press(keys.ctrlC);
    await wizard.until('stopping');
    wizard.press(keys.ctrlC);
    expect(await wizard.exit()).toBe(130);
    expect(journalOf(workspace).at(-1)).not.toMatchObject({ type: 'interrupted' });
    expect(await rollOut(workspace)).toMatchObject({ exit: 0 });
  });
});
