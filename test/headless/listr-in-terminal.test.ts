import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { buildForTerminal } from '../support/wizard/program-in-terminal.ts';
import { keys } from '../support/wizard/terminal.ts';

let start: ReturnType<typeof buildForTerminal>;
beforeAll(() => {
  start = buildForTerminal('listr-in-terminal');
}, 60_000);

const prepare = ['run', '--non-interactive', '--engine', 'embedded', '--phase', 'prepare'];
const tidy = { cursorShown: true, lineMode: true, alternateScreen: false };
const journalIn = (workspace: string) => readFileSync(join(workspace, '.erp-deploy/journal.jsonl'), 'utf8');

describe('a rollout without questions in a terminal', () => {
  it('shows a row for each step, ends with the counts, and leaves the terminal as it was', async () => {
    const workspace = tempFolder();
    const terminal = start(prepare, { cwd: workspace, rows: 40 });
    expect(await terminal.exit()).toBe(0);
    expect(terminal.history()).toMatch(/✔ 0\.1 .*done: /);
    expect(terminal.history()).toMatch(/0\.4 .*skipped: Coda_to_Postgres/);
    expect(terminal.history()).toMatch(/^done: \d+ done, \d+ skipped, 0 failed/m);
    expect(terminal.left()).toEqual(tidy);
    expect(existsSync(join(workspace, 'service-builds/postgres-erp'))).toBe(true);
  });

  it('shows a problem of the plan with its fix, and starts no list', async () => {
    const workspace = tempFolder();
    mkdirSync(join(workspace, 'service-builds/postgres-erp/docker-compose.yml'), { recursive: true });
    const terminal = start(prepare, { cwd: workspace, rows: 40 });
    expect(await terminal.exit()).not.toBe(0);
    expect(terminal.history()).toMatch(/^ERP-\d{4} {2}.*\n {2}why {2}.*\n {2}do {3}/m);
    expect(terminal.history()).not.toContain('✔');
    expect(terminal.left()).toEqual(tidy);
  });

  it('stops safely at Ctrl-C with its own exit code, and resumes in the next run', async () => {
    const workspace = tempFolder();
    const embedded = ['run', '--non-interactive', '--engine', 'embedded', '--until', '2.2'];
    const terminal = start(embedded, { cwd: workspace, rows: 40 });
    await terminal.until(/0\.5 .*done: /);
    terminal.press(keys.ctrlC);
    expect(await terminal.exit()).toBe(130);
    expect(terminal.history()).toMatch(/^warning: Stopped in \d\.\d by SIGINT\. To resume: erp-deploy run/m);
    expect(terminal.left()).toEqual(tidy);
    expect(journalIn(workspace)).toMatch(/"type":"interrupted","step":"[^"]+","by":"SIGINT"\}\n$/);
    const next = start(prepare, { cwd: workspace, rows: 40 });
    expect(await next.exit()).toBe(0);
  });
});
