import { inject, onTestFinished } from 'vitest';
import type { Machine } from '../../testbed/machine/machine.ts';
import { type NestedMachineSettings, nestedMachine } from '../../testbed/nested-machine.ts';
import { type Ended, programFile } from '../program/erp-deploy.ts';

/** A machine with an engine of its own, in which the built program runs; workspaces are the same inside and out. */
export async function dockerMachine(settings: NestedMachineSettings = {}): Promise<Machine> {
  return nestedMachine({ folders: [inject('testRun')], ...settings });
}

/** The same, gone when the test is. */
export async function machineOfTest(settings: NestedMachineSettings = {}): Promise<Machine> {
  const machine = await dockerMachine(settings);
  onTestFinished(() => machine.remove());
  return machine;
}

/** The words that start the built program with these. */
export const programWords = (words: readonly string[]): readonly string[] => [
  process.execPath,
  programFile(),
  ...words,
];

/** Runs the built program inside, to its end. */
export function erpDeployIn(machine: Machine, workspace: string, words: readonly string[]): Promise<Ended> {
  return machine.exec(programWords(words), { cwd: workspace });
}

/** The rollout without questions, on the machine's engine. */
export function rollOutIn(
  machine: Machine,
  workspace: string,
  flags: readonly string[] = [],
): Promise<Ended> {
  return erpDeployIn(machine, workspace, ['run', '--non-interactive', '--engine', 'docker', ...flags]);
}

/** What tells one container from another made in its place: ids and starts. */
export async function containersIn(machine: Machine): Promise<readonly string[]> {
  const ids = (await machine.docker('ps', '--all', '--quiet')).split('\n').filter((line) => line !== '');
  if (ids.length === 0) return [];
  const format = '{{.Name}} {{.Id}} {{.State.StartedAt}}';
  return (await machine.docker('inspect', '--format', format, ...ids)).trim().split('\n').sort();
}

/** Asks the database in the machine's container, over its socket. */
export async function askDatabase(
  machine: Machine,
  sql: string,
  container = 'postgres-erp',
): Promise<string> {
  const psql = ['psql', '-U', 'erp_admin', '-d', 'portfolio', '-v', 'ON_ERROR_STOP=1', '-Atc', sql];
  return (await machine.docker('exec', container, ...psql)).trim();
}
