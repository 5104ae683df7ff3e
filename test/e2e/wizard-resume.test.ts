import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rollOut } from '../support/erp-deploy.ts';
import { journalOf } from '../support/journal.ts';
import { keys, type Terminal } from '../support/terminal.ts';
import {
  allLooks,
  askedAbout,
  configure,
  configured,
  expectReadable,
  looks,
  openWizard,
  seen,
  withoutLessons,
} from '../support/wizard.ts';
import { copyOf, sharedWorkspace, stack } from '../support/workspace.ts';

/** A roll-out that was killed while it waited before 0.3, with 0.1 and 0.2 done. */
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

describe('a roll-out that was killed', () => {
  let template: Promise<string> | undefined;
  const killed = async () => {
    template ??= killedTemplate();
    return copyOf(await template);
  };

  test.each(looks)('is told of on start: done, to come, where it goes on, at $look', async (look) => {
    const workspace = await killed();
    const wizard = openWizard(workspace, look);
    const resume = await wizard.until(/A roll-out is unfinished\.[\s\S]*⏎ go on/);
    expect(resume).toMatch(/✔ {2}2 steps done and still true/);
    expect(resume).toMatch(/≠ {2}0 steps drifted since/);
    expect(resume).toMatch(/It goes on at 0\.3 archive legacy/);
    wizard.press(keys.enter);
    await wizard.until(seen.plan);
    wizard.press('a');
    await withoutLessons(wizard);
    expect(await wizard.exit()).toBe(0);
    expect(journalOf(workspace).map(({ type }) => type)).toContain('resumed');
    expect(existsSync(join(workspace, stack, 'LESSONS_LEARNED.md'))).toBe(false);
    expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'finished', exit: 0 });
  });

  test.each(looks)('is told of with what drifted since, and d tells all of it, at $look', async (look) => {
    const workspace = await killed();
    rmSync(join(workspace, stack, 'docker-compose.yml'));
    const wizard = openWizard(workspace, look);
    const resume = await wizard.until(/A roll-out is unfinished\.[\s\S]*⏎ go on/);
    expect(resume).toMatch(
      /≠ {2}1 step {2}drifted since\n +0\.2 compose file and \.env\s+service-builds\/postgres-erp\/docker-compose\.yml: not there\n/,
    );
    expect(resume).toMatch(/It goes on at 0\.2/);
    expect(wizard.styleOf('0.2 compose').foreground).toBe('env' in look ? 'default' : 'palette 1');
    wizard.press('d');
    const drift = await wizard.until('What drifted since it was done');
    expect(drift).toMatch(
      /≠ 0\.2 compose file and \.env\n +service-builds\/postgres-erp\/docker-compose\.yml\n +wanted +the file of this version\n +found +not there/,
    );
    expect(drift).not.toContain('d what drifted');
    // Looked at now: this screen answers the question as the one before it does.
    expect(drift).toContain('⏎ go on');
    wizard.press(keys.escape);
    await wizard.until(seen.resume);
    wizard.press('q');
    expect(await wizard.exit()).toBe(0);
    expectReadable(wizard, look);
  });

  test.each(looks)('can be begun anew, and the old journal stays, at $look', async (look) => {
    const workspace = await killed();
    const wizard = openWizard(workspace, { ...look, words: ['--until', '0.5'] });
    await wizard.until('n start anew');
    expect(wizard.text()).not.toContain('d what drifted');
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

  test.each(looks)('can be left as it is, at $look', async (look) => {
    const workspace = await killed();
    const before = journalOf(workspace);
    const wizard = openWizard(workspace, look);
    await wizard.until('q leave it');
    wizard.press('q');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).toContain('left, nothing was changed');
    expect(journalOf(workspace)).toEqual(before);
  });
});

/** The ways to ask for a safe stop, each at another look. */
const stops = allLooks.map((look, index) => ({
  ...look,
  ...[
    { how: 'q', stop: (wizard: Terminal) => wizard.press('q') },
    { how: 'Ctrl-C', stop: (wizard: Terminal) => wizard.press(keys.ctrlC) },
    { how: 'SIGINT from outside', stop: (wizard: Terminal) => process.kill(wizard.programPid(), 'SIGINT') },
  ][index],
}));

describe('stopped safely', () => {
  test.each(stops)(
    'with $how while a change is made: it is finished, the journal says where, and the next run goes on, at $look',
    async ({ how, stop, ...look }) => {
      const workspace = configured();
      const wizard = openWizard(workspace, look);
      await wizard.until(seen.plan);
      wizard.press('a');
      await wizard.until(/2\.1 start database +●/);
      stop?.(wizard);
      await wizard.until('stopping …');
      expect(wizard.text()).toContain('Ctrl-C stop at once');
      // A second q is no second Ctrl-C.
      if (how === 'q') wizard.press('q');
      expect(await wizard.exit()).toBe(130);
      expect(wizard.history()).toMatch(/Stopped in 2\.[12] by SIGINT\. To go on: erp-deploy/);
      expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'interrupted', by: 'SIGINT' });
      expect(await rollOut(workspace)).toMatchObject({ exit: 0 });
    },
  );

  test('a second Ctrl-C stops at once, and the next run goes on all the same', async () => {
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
