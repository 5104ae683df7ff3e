/**
 * Runs test files in a copy of the checkout, as a process of its own whose working directory is that copy. Writes its
 * result into a file. The one argument is a `Task`, as JSON.
 */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  BaseSequencer,
  // biome-ignore lint/suspicious/noDeprecatedImports: only another overload of it is deprecated
  createVitest,
  type Reporter,
  type TestCase,
  type TestModule,
  type TestSpecification,
} from 'vitest/node';
import { environmentOf } from '../run/settings.ts';
import { builtVariable, runVariable } from '../support/program/built-program.ts';
import type { Failure, Task, TaskResult } from './task.ts';

/** Milliseconds that tests have to end by themselves after one has failed. */
const grace = 10_000;

const task: Task = JSON.parse(process.argv[2] ?? '');
const { settings, files, stopsAtFailure, seconds, resultFile } = task;
Object.assign(process.env, environmentOf(settings), { [builtVariable]: 'yes' });

/** Runs the files in the order of the task, as far as the order of their groups allows. */
class InOrder extends BaseSequencer {
  override async sort(all: TestSpecification[]): Promise<TestSpecification[]> {
    const group = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    const place = ({ moduleId }: TestSpecification) => files.indexOf(relative(process.cwd(), moduleId));
    return all.toSorted((one, other) => group(one) - group(other) || place(one) - place(other));
  }
}

class Failures implements Reporter {
  readonly found: Failure[] = [];
  readonly ended = new Set<string>();
  readonly first = Promise.withResolvers<void>();

  // From now on the tests use a folder that would remain if this process were killed.
  onTestModuleStart(): void {
    if (this.ended.size === 0) writeResult(true);
  }

  onTestCaseResult(test: TestCase): void {
    if (test.result().state === 'failed') this.#add(test.module, test.fullName);
  }

  onTestModuleEnd(module: TestModule): void {
    this.ended.add(module.moduleId);
    const isKnown = this.found.some(({ file }) => file === relative(process.cwd(), module.moduleId));
    if (module.state() === 'failed' && !isKnown) this.#add(module, null);
  }

  #add({ moduleId }: TestModule, test: string | null): void {
    this.found.push({ file: relative(process.cwd(), moduleId), test });
    this.first.resolve();
  }
}

function writeResult(isCutOff: boolean): void {
  const left = process.env[runVariable] ?? null;
  const result: TaskResult = { failures: failures.found, ended: failures.ended.size, isCutOff, left };
  writeFileSync(resultFile, JSON.stringify(result));
}

const failures = new Failures();
const vitest = await createVitest(
  {
    project: [...task.projects],
    watch: false,
    bail: stopsAtFailure ? 1 : 0,
    reporters: ['default', failures],
    sequence: { sequencer: InOrder },
  },
  { cacheDir: `${process.cwd()}/.vitest` },
);
const run = vitest.start([...files]).then(() => vitest.close());
const cutOff = [pause(seconds * 1000, 'late' as const)];
if (stopsAtFailure) cutOff.push(failures.first.promise.then(() => pause(grace, 'late' as const)));
const end = await Promise.race([run.then(() => 'ended' as const), ...cutOff]);
writeResult(end === 'late' && !(stopsAtFailure && failures.found.length > 0));
process.exit(0);
