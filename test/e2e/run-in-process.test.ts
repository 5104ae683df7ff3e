import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, inject, it } from 'vitest';
import { realAdapters } from '../../src/cli/wiring/adapters.ts';
import { Interrupted } from '../../src/engine/interrupted.ts';
import { journalOf } from '../support/kill/journal.ts';
import { eventsIn } from '../support/program/erp-deploy.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace } from '../support/workspace/workspace.ts';

const untilCompose = ['--until', '0.2'];
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGWINCH', 'SIGTSTP', 'exit'] as const;

/** Returns the process state that a run could change: environment, current directory, exit code and listeners. */
function processState() {
  const listeners = signals.map((name) => process.listenerCount(name));
  return { env: { ...process.env }, cwd: process.cwd(), exitCode: process.exitCode, listeners };
}

it('rolls out two workspaces at once, each with its own database and streams, and leaves nothing open', async () => {
  const before = processState();
  const workspaces = [emptyWorkspace(), emptyWorkspace()];
  // The threads of its database could also stay open.
  const how = { adapters: realAdapters };
  const runs = await Promise.all(workspaces.map((one) => rollOut(one, ['--json', '--until', '2.3'], how)));
  for (const [place, { exit, stdout, stderr }] of runs.entries()) {
    expect(exit, stderr).toBe(0);
    const events = eventsIn(stdout);
    expect(events.filter(({ type }) => type === 'rollout.finished')).toHaveLength(1);
    expect(events.find(({ type }) => type === 'rollout.started')).toMatchObject({
      workspace: workspaces[place],
    });
  }
  expect(await Promise.all(workspaces.map((one) => erpDeploy(one, ['validate'], how)))).toMatchObject([
    { exit: 0 },
    { exit: 0 },
  ]);
  expect(processState()).toEqual(before);
});

it('uses the environment of each run for colors', async () => {
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

it('uses the environment of each run for the database user', async () => {
  const logIn = (user: string) =>
    erpDeploy(emptyWorkspace(), ['validate', '--database-url', 'postgres://127.0.0.1:1/portfolio'], {
      env: { PGUSER: user },
    });
  const [anna, bert] = await Promise.all([logIn('anna'), logIn('bert')]);
  expect(problemIn(anna.stderr).what).toBe('Could not connect to portfolio on 127.0.0.1:1 as anna.');
  expect(problemIn(bert.stderr).what).toBe('Could not connect to portfolio on 127.0.0.1:1 as bert.');
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

it('is exported by the package, for programs that embed it', async () => {
  const script = `
    import { exitCodes, Interrupted, realAdapters, run } from 'erp-deploy';
    const { stdin, stdout, stderr } = process;
    const io = { adapters: realAdapters, env: {}, cwd: '/', stdin, stdout, stderr, signal: AbortSignal.abort(new Interrupted('SIGINT')) };
    const exits = [await run(['--version'], io), await run(['nonsense', '--json'], io), await run(['status'], io)];
    console.log(exits.join(' '), exits[2] === exitCodes.interrupted);`;
  const words = ['--input-type=module', '--eval', script];
  // A package can import itself by its name.
  const { stdout, stderr } = await execa(process.execPath, words, {
    cwd: join(inject('testRun'), 'program'),
  });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n\{.*"type":"problem".*\n(.*\n)*0 2 130 true$/);
  expect(stderr).toContain('Unknown command "nonsense".');
});
