import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { candidateFile, tunnel, tunnelFolder } from '../argv/tunnel.ts';
import { exact, newFolder, newText } from '../domain/build-change.ts';
import type { CommandChange, Consent, Effect, PlannedChange } from '../domain/change.ts';
import type { ChangeSubject } from '../domain/change-subject.ts';
import type { Host } from '../domain/ports/host.ts';
import type { Problem } from '../domain/problem.ts';
import type { MadeRoute } from '../domain/undo.ts';
import { diffOf } from '../workspace/own-file.ts';
import { readTunnelConfig } from './ingress/config-file.ts';
import type { Route } from './ingress/route.ts';
import { type Spliced, splicedConfig } from './ingress/splice.ts';
import { unsplicedConfig } from './ingress/unsplice.ts';
import type { LocalAccess, LocalTunnel } from './local-tunnel.ts';
import { lastRule } from './origin-options.ts';
import { invalidConfig, notInPlace, refusedConfig } from './problems.ts';
import { consentFor, undoFor } from './route-text.ts';
import { triedConfig } from './tried-config.ts';

/**
 * Returns the new configuration with its diff, and the command that installs it and restarts cloudflared, and reverts
 * both unless they are confirmed.
 */
export async function localChanges(
  access: LocalAccess,
  local: LocalTunnel,
  route: Route,
): Promise<readonly PlannedChange[] | Problem> {
  const { path, config, state, stale, unsettled, origin } = local;
  if (unsettled === 'pending') return [exact(confirmation(access, local))];
  if (unsettled === 'abandoned') return replacementWith(access, local, config.text, {}, tunnel.beginAgain);
  if (state.is === 'there') return stale ? replacementWith(access, local, config.text, {}) : [];
  const last = origin === null ? undefined : lastRule(origin.service, origin.request);
  const spliced = splicedConfig(config, state, route, last);
  if ('fault' in spliced) return invalidConfig(path, [spliced.fault]);
  const consent = consentFor(path, state, route, origin);
  const undo = undoOf(spliced, local, route);
  return replacementWith(access, local, spliced.text, { undo, consent });
}

function undoOf({ state, span }: Spliced, { config }: LocalTunnel, route: Route): MadeRoute {
  const made = { ...undoFor(state, route, config.inherited), span };
  return config.ingress === null ? { ...made, alone: true } : made;
}

/** Returns the changes that put a text in place of the file, or why cloudflared refuses the text. */
async function replacementWith(
  access: LocalAccess,
  local: LocalTunnel,
  text: string,
  { undo, consent }: { readonly undo?: MadeRoute; readonly consent?: Consent | null },
  begin = tunnel.begin,
): Promise<readonly PlannedChange[] | Problem> {
  const { path, config } = local;
  const after = readTunnelConfig(text);
  const hasRules = !('rules' in after) || after.rules.length > 0;
  const { cloudflared, host, signal } = access;
  const tried = await triedConfig(host, cloudflared.image, config.text, { text, hasRules }, signal);
  if (tried.is === 'refused') return refusedConfig(path, tried.lines);
  const change = {
    ...replacement(access, local, tried.says, begin),
    ...(undo === undefined ? {} : { undo }),
  };
  return [...(await candidateChanges(access.host, path, config.text, text)), exact(change, consent)];
}

/** Returns the changes that remove an inserted rule or restore a changed one; null if it was edited since the rollout. */
export async function localRemoval(
  access: LocalAccess,
  local: LocalTunnel,
  made: MadeRoute,
): Promise<readonly PlannedChange[] | Problem | null> {
  const { config, unsettled } = local;
  if (unsettled === 'pending') return [exact(confirmation(access, local))];
  const text = unsplicedConfig(config, made);
  return text === null ? null : replacementWith(access, local, text, {});
}

function commandOf({ host, container, cloudflared }: LocalAccess, { path, config }: LocalTunnel) {
  return {
    kind: 'command',
    about: tunnelRestart,
    host: host.id,
    cwd: '.',
    observable: true,
    onFailure: notInPlace(path),
    confirm: tunnel.confirm(container, cloudflared.metrics ?? config.metrics ?? defaultMetrics),
  } as const;
}

function confirmation(access: LocalAccess, local: LocalTunnel): CommandChange {
  return {
    ...commandOf(access, local),
    argv: ['true'],
    onlyIf: null,
    summary: 'confirm the new configuration of the tunnel, which is reverted otherwise,',
  };
}

/** Installs the new configuration and restarts cloudflared; reverts both unless they are confirmed. */
function replacement(
  access: LocalAccess,
  local: LocalTunnel,
  says: string,
  begin: typeof tunnel.begin,
): CommandChange {
  const { container, cloudflared, helper } = access;
  const { path, sha256 } = local;
  const file = {
    container,
    image: cloudflared.image,
    helper,
    folder: posix.dirname(path),
    name: posix.basename(path),
    sha256,
    says,
  };
  return {
    ...commandOf(access, local),
    ...begin(file),
    onlyIf: tunnel.isStill(file),
    effect: 'changes',
    summary: `replace ${path} with ${candidateFile} and restart ${container}, reverted after 90 s unless a new connection confirms it,`,
  };
}

/** Names the command in the journal, whatever its arguments are. */
const tunnelRestart = 'restart of the tunnel';

/** Returns the changes to a file that cannot be read yet, because the host has no image with a shell. */
export function pendingLocalChanges(container: string, { hostname }: Route): readonly PlannedChange[] {
  const pending = (subject: ChangeSubject, summary: string, effect: Effect = 'adds'): PlannedChange => ({
    status: 'pending',
    on: '3.5',
    subject,
    digest: null,
    summary,
    effect,
    // This includes the restart: a rollback removes the route again.
    reversible: true,
  });
  return [
    pending(
      { kind: 'write', host: 'production', path: tunnelFolder },
      `create the folder ${tunnelFolder} on the production host`,
    ),
    pending(
      { kind: 'write', host: 'production', path: candidateFile },
      `add the route of ${hostname} to the configuration of ${container}`,
    ),
    pending(
      { kind: 'command', host: 'production', name: tunnelRestart },
      `restart ${container}, if its configuration changes`,
      'changes',
    ),
  ];
}

/** Writes the new configuration into a folder of the deployment that cloudflared's user may read. */
async function candidateChanges(
  { files }: Host,
  path: string,
  now: string,
  text: string,
): Promise<readonly PlannedChange[]> {
  const [folder, node] = await Promise.all([files.inspect(tunnelFolder), files.inspect(candidateFile)]);
  const before =
    node.type === 'file'
      ? ({ state: 'file', sha256: await files.hash(candidateFile) } as const)
      : ({ state: 'absent' } as const);
  const same = before.state === 'file' && before.sha256 === createHash('sha256').update(text).digest('hex');
  const diff = diffOf(path, now, text);
  const candidate = { host: 'production', path: candidateFile, text, mode: 0o644, diff, before } as const;
  return [
    ...(folder.type === 'absent' ? [exact(newFolder(tunnelFolder, 'production'))] : []),
    ...(same ? [] : [exact(newText(candidate))]),
  ];
}

/** The default address of the metrics in a container. */
export const defaultMetrics = '127.0.0.1:20241';
