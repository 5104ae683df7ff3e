import { inject, onTestFinished } from 'vitest';
import type { Machine } from '../../testbed/machine/machine.ts';
import { type NestedMachineSettings, nestedMachine } from '../../testbed/nested-machine.ts';
import { type Ended, programFile } from '../program/erp-deploy.ts';

/**
 * Starts a machine with its own engine, in which the built program runs. Workspaces have the same path inside and
 * outside.
 */
export async function dockerMachine(settings: NestedMachineSettings = {}): Promise<Machine> {
  return nestedMachine({ folders: [inject('testRun')], ...settings });
}

/** Starts such a machine for one test. */
export async function machineOfTest(settings: NestedMachineSettings = {}): Promise<Machine> {
  const machine = await dockerMachine(settings);
  onTestFinished(() => machine.remove());
  return machine;
}

/** Returns the command line that starts the built program with these arguments. */
export const programWords = (words: readonly string[]): readonly string[] => [
  process.execPath,
  programFile(),
  ...words,
];

/** Runs the built program in the machine until it ends. */
export function erpDeployIn(machine: Machine, workspace: string, words: readonly string[]): Promise<Ended> {
  return machine.exec(programWords(words), { cwd: workspace });
}

/** Runs a rollout without questions on the engine of the machine. */
export function rollOutIn(
  machine: Machine,
  workspace: string,
  flags: readonly string[] = [],
): Promise<Ended> {
  return erpDeployIn(machine, workspace, ['run', '--non-interactive', '--engine', 'docker', ...flags]);
}

/** Returns the ids and start times of containers, which show whether a container was recreated or restarted. */
export async function containersIn(machine: Machine): Promise<readonly string[]> {
  const ids = (await machine.docker('ps', '--all', '--quiet')).split('\n').filter((line) => line !== '');
  if (ids.length === 0) return [];
  const format = '{{.Name}} {{.Id}} {{.State.StartedAt}}';
  return (await machine.docker('inspect', '--format', format, ...ids)).trim().split('\n').sort();
}

/** Queries the database in the container of the machine, over its socket. */
export async function askDatabase(
  machine: Machine,
  sql: string,
  container = 'postgres-erp',
): Promise<string> {
  const psql = ['psql', '-U', 'erp_admin', '-d', 'portfolio', '-v', 'ON_ERROR_STOP=1', '-Atc', sql];
  return (await machine.docker('exec', container, ...psql)).trim();
}
