import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Interrupted } from '../../src/engine/interrupted.ts';
import { eventsIn } from '../support/erp-deploy.ts';
import { erpDeploy, rollOut } from '../support/in-process.ts';
import { journalOf } from '../support/journal.ts';
import { problemIn } from '../support/problems.ts';
import { emptyWorkspace } from '../support/workspace.ts';

const untilCompose = ['--until', '0.2'];
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGWINCH', 'SIGTSTP', 'exit'] as const;

/** What a run could leave behind in the process. */
function processState() {
  const listeners = signals.map((name) => process.listenerCount(name));
  return { env: { ...process.env }, cwd: process.cwd(), exitCode: process.exitCode, listeners };
}

it('rolls out two workspaces at once, each with its own database and streams, and leaves nothing open', async () => {
  const before = processState();
  const workspaces = [emptyWorkspace(), emptyWorkspace()];
  const runs = await Promise.all(workspaces.map((one) => rollOut(one, ['--json', '--until', '2.3'])));
  for (const [place, { exit, stdout, stderr }] of runs.entries()) {
    expect(exit, stderr).toBe(0);
    const events = eventsIn(stdout);
    expect(events.filter(({ type }) => type === 'rollout.finished')).toHaveLength(1);
    expect(events.find(({ type }) => type === 'rollout.started')).toMatchObject({
      workspace: workspaces[place],
    });
  }
  expect(await Promise.all(workspaces.map((one) => erpDeploy(one, ['validate'])))).toMatchObject([
    { exit: 0 },
    { exit: 0 },
  ]);
  expect(processState()).toEqual(before);
});

it('takes colors from the environment of each run', async () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  const escapes = /\x1b\[(?:2|31|32|33)m/;
  const drawn = { terminal: true, env: { TERM: 'xterm' } };
  const [colored, plain, flagged] = await Promise.all([
    rollOut(emptyWorkspace(), untilCompose, drawn),
    rollOut(emptyWorkspace(), untilCompose, { ...drawn, env: { TERM: 'xterm', NO_COLOR: '1' } }),
    rollOut(emptyWorkspace(), [...untilCompose, '--no-color'], drawn),
  ]);
  for (const { exit, stdout } of [colored, plain, flagged]) {
    expect(exit).toBe(0);
    expect(stdout).toMatch(/✔.* 0\.2 compose file/);
  }
  expect(colored.stdout).toMatch(escapes);
  expect(plain.stdout).not.toMatch(escapes);
  expect(flagged.stdout).not.toMatch(escapes);
});

it('takes the user of a database from the environment of each run', async () => {
  const logIn = (user: string) =>
    erpDeploy(emptyWorkspace(), ['validate', '--database-url', 'postgres://127.0.0.1:1/portfolio'], {
      env: { PGUSER: user },
    });
  const [anna, bert] = await Promise.all([logIn('anna'), logIn('bert')]);
  expect(problemIn(anna.stderr).what).toBe('Could not log in to portfolio on 127.0.0.1:1 as anna.');
  expect(problemIn(bert.stderr).what).toBe('Could not log in to portfolio on 127.0.0.1:1 as bert.');
});

it('resolves paths against the current directory of each run', async () => {
  const folders = [emptyWorkspace(), emptyWorkspace()];
  for (const folder of folders) mkdirSync(join(folder, 'inner'));
  const runs = await Promise.all(
    folders.map((folder) => rollOut(folder, [...untilCompose, '--workspace', 'inner'])),
  );
  expect(runs.map(({ exit }) => exit)).toEqual([0, 0]);
  for (const folder of folders) expect(journalOf(join(folder, 'inner')).at(-1)).toMatchObject({ exit: 0 });
});

it('stops only the run whose signal is aborted, with the exit code of the reason', async () => {
  const [interrupted, terminated] = [new AbortController(), new AbortController()];
  interrupted.abort(new Interrupted('SIGINT'));
  terminated.abort();
  const runs = await Promise.all([
    rollOut(emptyWorkspace(), untilCompose, { signal: interrupted.signal }),
    rollOut(emptyWorkspace(), untilCompose, { signal: terminated.signal }),
    rollOut(emptyWorkspace(), untilCompose),
  ]);
  expect(runs.map(({ exit }) => exit)).toEqual([130, 143, 0]);
});
