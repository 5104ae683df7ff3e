import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { inject } from 'vitest';
import { eventSchema, type RolloutEvent } from '../../../src/domain/events.ts';
import { noEngine } from './no-engine.ts';

export interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface HowToRun {
  readonly env?: Readonly<Record<string, string>>;
  /** Text for its stdin; empty by default. */
  readonly input?: string;
  /** Whether to run as an unprivileged user if the tests run as root. */
  readonly unprivileged?: boolean;
  /** The Node that runs it, with flags; by default the Node of the tests without flags. */
  readonly node?: readonly string[];
}

/** Starts the built program in a workspace, without settings of the user who runs the tests. */
export function startErpDeploy(workspace: string, words: readonly string[], how: HowToRun = {}) {
  const node = how.node ?? [process.execPath];
  const command = [...prefix(how.unprivileged ?? false), ...node, programFile(), ...words];
  const [program = process.execPath, ...rest] = command;
  return execa(program, rest, {
    cwd: workspace,
    extendEnv: false,
    env: { PATH: process.env.PATH, HOME: emptyHome(), LANG: 'C.UTF-8', DOCKER_HOST: noEngine, ...how.env },
    input: how.input ?? '',
    reject: false,
    // A rollout that is asked to stop first finishes its running change.
    forceKillAfterDelay: false,
    stripFinalNewline: false,
  });
}

/** Runs the built program to its end. @throws an error with its last output if a signal ended it */
export async function erpDeploy(workspace: string, words: readonly string[], how?: HowToRun): Promise<Ended> {
  const { exitCode: exit, signal, stdout, stderr } = await startErpDeploy(workspace, words, how);
  if (exit === undefined) throw new Error(`erp-deploy ${words.join(' ')} was ended by ${signal}:\n${stderr}`);
  return { exit, stdout, stderr };
}

/** Runs a rollout without questions on the embedded engine. */
export function rollOut(workspace: string, flags: readonly string[] = [], how?: HowToRun): Promise<Ended> {
  return erpDeploy(workspace, ['run', '--non-interactive', '--engine', 'embedded', ...flags], how);
}

/** Returns the events of an NDJSON stream. @throws if a line is no event */
export function eventsIn(stdout: string): readonly RolloutEvent[] {
  const lines = stdout.split('\n');
  if (lines.pop() !== '') throw new Error('the last line is not ended');
  return lines.map((line) => eventSchema.parse(JSON.parse(line)));
}

export function programFile(): string {
  return join(inject('testRun'), 'program/bin/erp-deploy.js');
}

/** Returns a folder for PATH that contains the built program as `erp-deploy`. */
export function programFolder(): string {
  const folder = mkdtempSync(join(inject('testRun'), 'path-'));
  const words = [process.execPath, programFile()].map((word) => `'${word}'`).join(' ');
  writeFileSync(join(folder, 'erp-deploy'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return folder;
}

/** An empty home directory, without ~/.pgpass and git settings. */
function emptyHome(): string {
  return join(inject('testRun'), 'home');
}

/** The id of an unprivileged user and of its group. */
export const unprivilegedId = 65534;

/** Returns the ids of the unprivileged user if the tests run as root; another user is already unprivileged. */
function prefix(unprivileged: boolean): readonly string[] {
  if (!unprivileged || process.getuid?.() !== 0) return [];
  return ['setpriv', `--reuid=${unprivilegedId}`, `--regid=${unprivilegedId}`, '--clear-groups', '--'];
}
