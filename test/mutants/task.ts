import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import type { RunSettings } from '../run/settings.ts';
import type { TestFile } from '../run/test-files.ts';
import type { CheckoutCopy } from './checkout-copy.ts';

/** A task for `run-files.ts`. */
export interface Task {
  readonly settings: RunSettings;
  /** Names of Vitest's projects. */
  readonly projects: readonly string[];
  /** Test files, in the order in which they are to run. */
  readonly files: readonly string[];
  readonly stopsAtFailure: boolean;
  /** Time limit of the task. */
  readonly seconds: number;
  readonly resultFile: string;
}

/** A test that failed. */
export interface Failure {
  readonly file: string;
  /** Null if the file failed as a whole, such as in a hook or an import. */
  readonly test: string | null;
}

const resultSchema = z.object({
  failures: z.array(z.object({ file: z.string(), test: z.string().nullable() })),
  /** Number of completed files. */
  ended: z.number(),
  /** Whether files did not complete, because the time limit passed or another file failed. */
  isCutOff: z.boolean(),
  /** Folder of the built programs that remains because the tests were killed. */
  left: z.string().nullable(),
});
export type TaskResult = z.infer<typeof resultSchema>;

/** Seconds after its own limit, after which the process is ended from outside. */
const grace = 30;

/** Runs test files in a copy of the checkout. Nothing that they started outlives it. */
export async function runTask(
  copy: CheckoutCopy,
  files: readonly TestFile[],
  how: Pick<Task, 'settings' | 'stopsAtFailure' | 'seconds'>,
): Promise<TaskResult> {
  const resultFile = join(copy.temporary, 'result.json');
  const logFile = join(copy.temporary, 'log');
  const groups = [...new Set(files.map(({ group }) => group))];
  const task: Task = {
    ...how,
    projects: groups.flatMap((group) => (group === 'wizard' ? [group, 'burst'] : [group])),
    files: files.map(({ path }) => path),
    resultFile,
  };
  const running = execa(process.execPath, ['test/mutants/run-files.ts', JSON.stringify(task)], {
    cwd: copy.root,
    env: { TMPDIR: copy.temporary },
    stdin: 'ignore',
    stdout: { file: logFile },
    stderr: { file: logFile },
    // It leads a process group, so that everything that the tests started can be ended with it.
    detached: true,
    reject: false,
  });
  const end = () => {
    endGroup(running.pid);
    const left = existsSync(resultFile) ? readResult(resultFile).left : null;
    if (left !== null) rmSync(left, { recursive: true, force: true });
  };
  process.once('exit', end);
  const late = setTimeout(() => endGroup(running.pid), (how.seconds + grace) * 1000);
  try {
    await running;
    if (!existsSync(resultFile)) throw new Error(`the tests did not run:\n${readFileSync(logFile, 'utf8')}`);
    return readResult(resultFile);
  } finally {
    clearTimeout(late);
    process.removeListener('exit', end);
    end();
    copy.tidy();
  }
}

const readResult = (file: string) => resultSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!isGone) throw error;
  }
}
