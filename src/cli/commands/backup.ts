import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import { backupLocation } from '../../dumps/backup-location.ts';
import { rowsIn } from '../../dumps/backup-manifest.ts';
import { nothingToBackUp, notUp } from '../../dumps/backup-problems.ts';
import { copyMissing } from '../../dumps/copy-backup.ts';
import type { DumpLocation } from '../../dumps/location.ts';
import { makeBackup, rolesWithPasswords } from '../../dumps/make-backup.ts';
import { lastTarget } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { backupStores } from '../wiring/backup-stores.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { contextOf, openWorkspace, recordedIn } from '../wiring/workspace.ts';
import type { WorkspacePorts } from '../wiring/workspace-ports.ts';

/** Makes a backup of production's database beside it, and copies it off the server. Needs no lock of a rollout. */
export const backup: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  const { ports } = open;
  const recorded = await recordedIn(parts, ports);
  const context = contextOf(parts, open, () => recorded);
  try {
    const location = await backupLocation(context.config, lastTarget(context));
    if (location === null) throw new ProblemError(nothingToBackUp);
    if ((await location.database.state()).is !== 'present') throw new ProblemError(notUp(location.name));
    return await backUp(parts, context, ports, location);
  } finally {
    await ports.close();
  }
};

async function backUp(
  parts: CommandParts,
  { config }: Context,
  { root }: WorkspacePorts,
  location: DumpLocation,
): Promise<ExitCode> {
  const { signal } = parts;
  const { keep, keepCopies } = config.backup;
  const stores = await backupStores(parts, config, root);
  const { encryptTo } = config.backup;
  const encryption = encryptTo === undefined ? null : await parts.adapters.ageEncryption(encryptTo);
  const { name, manifest } = await makeBackup(location, keep, signal, (line) => say(parts, line));
  const tables = Object.keys(manifest.rows).length;
  const where = `${location.folder} on ${location.host.name}`;
  say(
    parts,
    `${name}: ${tables} tables with ${rowsIn(manifest)} rows, ${sizeText(manifest.dump.bytes)}, read back; in ${where}`,
  );
  const hashes = encryption === null ? null : await rolesWithPasswords(location, signal);
  const roles = new Map(hashes === null ? [] : [[name, hashes]]);
  for (const store of stores) {
    const copied = await copyMissing(location, store, { keep: keepCopies, encryption, roles }, signal);
    const how = encryption === null ? 'copied' : 'encrypted and copied';
    say(parts, `${how} to ${store.name}: ${copied.join(', ')}`);
  }
  if (stores.length === 0) {
    const text = `This backup is lost with ${location.host.name}: no place for copies is configured. Set backup.folder or backup.s3 in erp-deploy.config.yaml.`;
    parts.reporter.emit({ type: 'note', level: 'warning', text });
  }
  return exitCodes.done;
}

const say = ({ reporter }: CommandParts, text: string) =>
  reporter.emit({ type: 'note', level: 'info', text });

const sizeText = (bytes: number) => `${Math.max(1, Math.round(bytes / 1024))} kB`;
