import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { unprivilegedId } from '../program/erp-deploy.ts';

export const stack = 'service-builds/postgres-erp';
export const migrations = `${stack}/migrations`;
export const legacy = 'service-builds/postgres/migrations';
export const starter = 'Coda_to_Postgres/ERP_postgres_starter copy.sql';

type TextByPath = Readonly<Record<string, string | Buffer>>;

/** Returns an empty folder outside any repository, which is removed after the test. */
export function emptyWorkspace(files: TextByPath = {}): string {
  const workspace = sharedWorkspace(files);
  onTestFinished(() => rmSync(workspace, { recursive: true, force: true }));
  return workspace;
}

/** Returns the same for several tests of a file; it is removed after the test run. */
export function sharedWorkspace(files: TextByPath = {}): string {
  const workspace = mkdtempSync(join(inject('testRun'), 'workspaces/w-'));
  chmodSync(workspace, 0o755);
  for (const [path, text] of Object.entries(files)) put(workspace, path, text);
  return workspace;
}

/** Returns a workspace in which a rollout has finished. */
export async function finishedWorkspace(files: TextByPath = {}): Promise<string> {
  return copyOf(await finishedTemplate(), files);
}

/** Returns a copy of a workspace with these additional files, which is removed after the test. */
export function copyOf(template: string, files: TextByPath = {}): string {
  const workspace = emptyWorkspace();
  copyInto(workspace, template, files);
  return workspace;
}

/** Returns the same for several tests of a file; it is removed after the test run. */
export async function sharedFinishedWorkspace(files: TextByPath = {}): Promise<string> {
  const workspace = sharedWorkspace();
  copyInto(workspace, await finishedTemplate(), files);
  return workspace;
}

function copyInto(workspace: string, template: string, files: TextByPath): void {
  cpSync(template, workspace, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  // cpSync does not keep the modes of folders.
  for (const folder of ['.erp-deploy', stack])
    if (existsSync(join(template, folder)))
      chmodSync(join(workspace, folder), statSync(join(template, folder)).mode);
  for (const [path, text] of Object.entries(files)) put(workspace, path, text);
  bindJournal(workspace);
}

/** Changes the journal of a copied workspace as if it had been written there. */
export function bindJournal(workspace: string): void {
  const journal = join(workspace, '.erp-deploy/journal.jsonl');
  if (!existsSync(journal)) return;
  const folder = statSync(dirname(journal), { bigint: true }).ino;
  const text = readFileSync(journal, 'utf8').replaceAll(/"folder":"\d+"/g, `"folder":"${folder}"`);
  writeFileSync(journal, text);
}

/**
 * The template that `finishedWorkspace` copies. The first test of the run that needs it creates it; it must not be
 * changed.
 */
async function finishedTemplate(): Promise<string> {
  const run = inject('testRun');
  const kept = join(run, 'finished');
  if (existsSync(kept)) return kept;
  const made = sharedWorkspace();
  // Imported only here, because it loads the whole program, and for most workers the template already exists.
  const { rollOut } = await import('../program/in-process.ts');
  const { exit, stderr } = await rollOut(made);
  if (exit !== 0) throw new Error(`the rollout that tests start from ended with ${exit}:\n${stderr}`);
  // Another worker may have created the template at the same time; then either is used.
  if (!existsSync(kept)) renameSync(made, kept);
  return existsSync(kept) ? kept : made;
}

/** Writes a file, and creates its parent folders. */
export function put(workspace: string, path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), text);
}

export function textOf(workspace: string, path: string): string {
  return readFileSync(join(workspace, path), 'utf8');
}

/** Makes the user of `unprivileged` the owner of a workspace, if the tests run as root. */
export function handOver(workspace: string): void {
  if (process.getuid?.() !== 0) return;
  chownSync(workspace, unprivilegedId, unprivilegedId);
  for (const name of readdirSync(workspace, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(workspace, name), unprivilegedId, unprivilegedId);
  }
}

/** Removes the embedded database, as messages advise if an applied migration was changed. */
export function forgetLocalTest(workspace: string): void {
  for (const name of ['embedded', 'embedded.json'])
    rmSync(join(workspace, '.erp-deploy', name), { recursive: true, force: true });
}
