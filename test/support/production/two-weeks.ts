import { expect } from 'vitest';
import { pins } from '../../testbed/images/pins.ts';
import type { Machine } from '../../testbed/machine/machine.ts';
import type { Ended } from '../program/erp-deploy.ts';
import { legacy, migrations, put, stack, textOf } from '../workspace/workspace.ts';

/**
 * A deployment that is used for two weeks: on the engine of a machine, on a production host, or on a server that others
 * run.
 */
export interface Deployment {
  readonly machine: Machine;
  readonly workspace: string;
  /** The folder of the compose file inside the machine. */
  readonly folder: string;
  /** Returns the names of its dumps, oldest first. */
  dumps(): Promise<readonly string[]>;
  /** Path of the record of its last test or deployment in the workspace. */
  readonly record: string;
  /** Runs the program for this deployment. */
  run(words: readonly string[]): Promise<Ended>;
  /** Runs a rollout without questions. */
  rollOut(...flags: readonly string[]): Promise<Ended>;
  ask(sql: string): Promise<string>;
}

export const configuration = 'erp-deploy.config.yaml';

/** Makes an image of the same version on the engine of the machine, like a security fix. */
export async function securityFix(machine: Machine): Promise<string> {
  const image = 'registry.example.com/pgvector:security-fix';
  await machine.docker('create', '--name', 'made', pins.postgres);
  await machine.docker('commit', '--change', 'LABEL fix=1', 'made', image);
  await machine.docker('rm', 'made');
  return image;
}

/** Writes a migration of the user that adds a column. */
export function addColumn({ workspace }: Deployment, number: number, column: string): void {
  const text = `alter table erp.people add column ${column} text;\n`;
  put(workspace, `${migrations}/${number}_${column}.sql`, text);
}

/** Returns the names of the dumps in a folder of the machine, oldest first. */
export async function dumpsIn(machine: Machine, folder: string): Promise<readonly string[]> {
  const { stdout } = await machine.exec(['sh', '-c', `ls ${folder}`]);
  return stdout.split('\n').filter(isDump);
}

export const isDump = (name: string) => name.endsWith('.dump');

/** Inserts a person. No step may lose this row unless a rollback lists it. */
export const addPerson = ({ ask }: Deployment, name: string) =>
  ask(`insert into erp.people (full_name) values ('${name}')`);

/**
 * Expects what must hold after each step: the database matches its migrations, nothing drifted, the checklist and the
 * documents confirm that, and every row exists.
 * @param people their names in alphabetical order
 */
export async function expectTrue(deployment: Deployment, people: readonly string[]): Promise<void> {
  const { run, ask, workspace, record } = deployment;
  const validate = await run(['validate']);
  expect({ exit: validate.exit, out: validate.stdout }).toEqual({
    exit: 0,
    out: expect.stringContaining('The database matches its migrations.'),
  });
  const status = await run(['status']);
  expect({ exit: status.exit, stderr: status.stderr }).toEqual({ exit: 0, stderr: '' });
  const checklist = await run(['checklist']);
  expect(checklist.exit).toBe(0);
  expect(checklist.stdout).toContain('- [x] Run migration 001');
  expect(await ask("select string_agg(full_name, ',' order by full_name) from erp.people")).toBe(
    people.join(','),
  );
  const ledger = (await ask('select name from erp_deploy.migrations order by name')).split('\n');
  const listed = textOf(workspace, `${stack}/${record}`).matchAll(/^\| (\d\S+\.sql) \| `/gm);
  expect([...listed].map(([, name]) => name)).toEqual(ledger);
  for (const name of ledger) expect(textOf(workspace, `${legacy}/README.md`)).toContain(name);
  const report = await run(['report', '--output', '-']);
  expect({ exit: report.exit, isPage: report.stdout.startsWith('<!doctype html>') }).toEqual({
    exit: 0,
    isPage: true,
  });
}
