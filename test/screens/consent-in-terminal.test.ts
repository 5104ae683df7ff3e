import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { buildForTerminal } from '../support/wizard/program-in-terminal.ts';
import { keys } from '../support/wizard/terminal.ts';

let start: ReturnType<typeof buildForTerminal>;
beforeAll(() => {
  start = buildForTerminal('consent-in-terminal');
}, 60_000);

const tidy = { cursorShown: true, lineMode: true, alternateScreen: false };
const planShown = /⏎ step by step/;

/** Makes a configured workspace, so that the wizard starts with the plan. */
function configured(): { cwd: string; folder: string; journal: () => string } {
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'erp-deploy.config.yaml'), 'engine: embedded\n');
  return {
    cwd,
    folder: join(cwd, 'service-builds'),
    journal: () => readFileSync(join(cwd, '.erp-deploy/journal.jsonl'), 'utf8'),
  };
}

it('shows what it would change, and changes nothing after q', async () => {
  const { cwd, folder } = configured();
  const terminal = start(['run', '--phase', 'prepare'], { cwd });
  const plan = await terminal.until(planShown);
  expect(plan).toMatch(/0\.1 infrastructure/);
  expect(plan).toContain('make folder service-builds/postgres-erp');
  expect(existsSync(folder)).toBe(false);
  terminal.press('q');
  expect(await terminal.exit()).toBe(0);
  expect(existsSync(folder)).toBe(false);
  expect(terminal.left()).toEqual(tidy);
});

it('applies everything after one approval, and leaves a summary in the scrollback', async () => {
  const { cwd, folder, journal } = configured();
  const terminal = start(['run', '--only', '0.1', '0.2'], { cwd });
  await terminal.until(planShown);
  terminal.press('a');
  expect(await terminal.exit()).toBe(0);
  expect(existsSync(join(folder, 'postgres-erp/docker-compose.yml'))).toBe(true);
  expect(journal()).toMatch(/"type":"finished","exit":0\}\n$/);
  expect(terminal.history()).toMatch(/2 done/);
  expect(terminal.left()).toEqual(tidy);
});

it('changes nothing at Ctrl-C before an approval, and exits with 130', async () => {
  const { cwd, folder } = configured();
  const terminal = start(['run', '--phase', 'prepare'], { cwd });
  await terminal.until(planShown);
  terminal.press(keys.ctrlC);
  expect(await terminal.exit()).toBe(130);
  expect(existsSync(folder)).toBe(false);
  expect(terminal.left()).toEqual(tidy);
});

it('stops safely at Ctrl-C during a change, and shows how to resume', async () => {
  const { cwd, journal } = configured();
  const terminal = start(['run', '--until', '2.2'], { cwd, columns: 120, rows: 40 });
  await terminal.until(planShown);
  terminal.press('a');
  await terminal.until(/0\.2 compose file.*✔/);
  terminal.press(keys.ctrlC);
  expect(await terminal.exit()).toBe(130);
  expect(journal()).toMatch(/"type":"interrupted","step":"\d\.\d","by":"SIGINT"\}\n$/);
  expect(terminal.history()).toMatch(/To resume: erp-deploy run/);
  expect(terminal.left()).toEqual(tidy);
});
