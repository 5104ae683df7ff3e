import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { processesIn } from '../../src/adapters/processes.ts';
import { realAdapters } from '../../src/cli/wiring/adapters.ts';
import { openspecPart } from '../../src/completion/openspec-change.ts';
import { defaultConfig } from '../../src/config/default-config.ts';
import { visibleLines } from '../../src/domain/visible-text.ts';
import { Interrupted } from '../../src/engine/interrupted.ts';
import { untilStopped } from '../../src/engine/until-stopped.ts';
import { sampleOf } from '../run/sample.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { contextWith } from '../support/program/step-context.ts';
import { hostileLines, hostileProgram, type Program, programs } from './hostile-programs.ts';

/** Milliseconds within which a command must end after one signal. */
const promptly = 2_000;

// Loads the sources beforehand, so that this does not count as the time of a signal.
beforeAll(async () => {
  await Promise.all([import('../../src/cli/commands/run.ts'), import('../../src/cli/commands/doctor.ts')]);
}, 60_000);

/** The commands that reach each program. */
const commands: Readonly<Record<Program, readonly (readonly string[])[]>> = {
  docker: [
    ['doctor', '--engine', 'docker'],
    ['run', '--non-interactive', '--engine', 'docker', '--phase', 'prepare,local-test'],
  ],
  git: [['run', '--non-interactive', '--engine', 'embedded', '--phase', 'prepare']],
  // Step 5.3 comes after a whole rollout, so it is called below.
  openspec: [],
  // test/e2e/one-signal.test.ts tests this program in a terminal.
  psql: [],
};

const cases = (Object.keys(programs) as Program[]).flatMap((program) =>
  programs[program].points.flatMap((point) =>
    Object.entries(hostileLines).flatMap(([name, lines]) =>
      commands[program].map((words) => ({ program, point, name, lines, words, command: words[0] })),
    ),
  ),
);

/** Runs a command with a hostile program, and sends a signal soon after the hostile behaviour starts. */
async function ended({ program, point, lines, words }: (typeof cases)[number]) {
  const { bin, reached } = hostileProgram(program, point, lines);
  const workspace = tempFolder();
  const stop = new AbortController();
  let stopped = Number.POSITIVE_INFINITY;
  let wait: NodeJS.Timeout | undefined;
  const look = setInterval(() => {
    if (!existsSync(reached)) return;
    wait ??= setTimeout(() => {
      stopped = performance.now();
      stop.abort(new Interrupted('SIGTERM'));
    }, 400);
  }, 20);
  const before = process.memoryUsage().rss;
  const env = { PATH: `${bin}:${process.env.PATH ?? ''}` };
  const result = await erpDeploy(workspace, words, { signal: stop.signal, env });
  clearInterval(look);
  clearTimeout(wait);
  const late = performance.now() - stopped;
  return { ...result, late, memory: process.memoryUsage().rss - before, isReached: existsSync(reached) };
}

it.each(sampleOf('hostile programs', cases, { usual: 16, all: 2 }))(
  '$command has a result, ends at one signal, and keeps to its memory if "$program $point" shows $name',
  async (one) => {
    const { exit, stdout, stderr, late, memory } = await ended(one);
    expect({ exit, stderr }).toEqual({
      stderr,
      exit: expect.toSatisfy((code) => [0, 3, 4, 5, 6, 143].includes(code)),
    });
    expect(visibleLines(stdout + stderr)).toBe(stdout + stderr);
    expect(late).toBeLessThan(promptly);
    expect(memory).toBeLessThan(400_000_000);
  },
);

it.each(cases.filter(({ name }) => name === 'nothing'))('$command reaches "$program $point"', async (one) => {
  expect(await ended(one)).toMatchObject({ isReached: true });
});

const ofOpenspec = programs.openspec.points.flatMap((point) =>
  Object.entries(hostileLines).map(([name, lines]) => ({ point, name, lines })),
);

it.each(sampleOf('hostile OpenSpec', ofOpenspec, { usual: 4 }))(
  'step 5.3 leaves its items, or ends at one signal, if "openspec $point" shows $name',
  async ({ point, lines }) => {
    const { bin } = hostileProgram('openspec', point, lines);
    const workspace = tempFolder();
    mkdirSync(join(workspace, 'openspec'));
    const env = { PATH: `${bin}:${process.env.PATH ?? ''}` };
    const { signal, late } = soon();
    const before = process.memoryUsage().rss;
    const context = contextWith({
      files: realAdapters.filesIn(workspace),
      config: defaultConfig,
      processes: processesIn(workspace, env),
      signal,
    });
    const part = await untilStopped(signal, openspecPart(context)).catch((error: unknown) => error);
    if (part !== signal.reason) expect(part).toMatchObject({ changes: [], open: [{}, {}] });
    expect(late()).toBeLessThan(promptly);
    expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000);
  },
);

/** Returns a signal that aborts soon, and a function that returns the time since then. */
function soon() {
  const stop = new AbortController();
  let at = Number.POSITIVE_INFINITY;
  setTimeout(() => {
    at = performance.now();
    stop.abort(new Interrupted('SIGTERM'));
  }, 600);
  return { signal: stop.signal, late: () => performance.now() - at };
}
