import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { candidateFile, tunnel, tunnelFolder } from '../argv/tunnel.ts';
import type { CommandChange, MadeRoute, PlannedChange } from '../domain/change.ts';
import type { Host } from '../domain/ports.ts';
import type { Problem } from '../domain/problem.ts';
import { diffOf } from '../workspace/own-file.ts';
import type { Route } from './ingress/route.ts';
import { splicedConfig, unsplicedConfig } from './ingress/splice.ts';
import type { LocalAccess, LocalTunnel } from './local-tunnel.ts';
import { invalidConfig, notInPlace } from './problems.ts';
import { consentFor, undoFor } from './route-text.ts';

/**
 * Returns the new configuration with its diff, and the command that installs it and restarts cloudflared, and reverts
 * both unless they are confirmed.
 */
export async function localChanges(
  access: LocalAccess,
  local: LocalTunnel,
  route: Route,
): Promise<readonly PlannedChange[] | Problem> {
  const { path, config, state, stale, unsettled } = local;
  if (unsettled === 'pending') return [{ status: 'exact', change: confirmation(access, local) }];
  if (unsettled === 'abandoned')
    return [
      ...(await candidateChanges(access.host, path, config.text, config.text)),
      { status: 'exact', change: replacement(access, local, tunnel.beginAgain) },
    ];
  if (state.is === 'there' && !stale) return [];
  const text = state.is === 'there' ? config.text : splicedConfig(config, state, route);
  if (typeof text !== 'string') return invalidConfig(path, [text.fault]);
  const consent = consentFor(path, state, route);
  return [
    ...(await candidateChanges(access.host, path, config.text, text)),
    {
      status: 'exact',
      change: {
        ...replacement(access, local),
        undo: { ...undoFor(state, route), ...(config.ingress === null ? { alone: true } : {}) },
      },
      ...(consent === null ? {} : { consent }),
    },
  ];
}

/** Returns the changes that remove an inserted rule or restore a changed one; null if it was edited since the rollout. */
export async function localRemoval(
  access: LocalAccess,
  local: LocalTunnel,
  made: MadeRoute,
): Promise<readonly PlannedChange[] | null> {
  const { path, config, state, unsettled } = local;
  if (unsettled === 'pending') return [{ status: 'exact', change: confirmation(access, local) }];
  const text = state.is === 'there' ? unsplicedConfig(config, state.rule, made) : null;
  if (text === null) return null;
  const candidate = await candidateChanges(access.host, path, config.text, text);
  return [...candidate, { status: 'exact', change: replacement(access, local) }];
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
function replacement(access: LocalAccess, local: LocalTunnel, begin = tunnel.begin): CommandChange {
  const { container, cloudflared, helper } = access;
  const { path, sha256 } = local;
  const file = {
    container,
    image: cloudflared.image,
    helper,
    folder: posix.dirname(path),
    name: posix.basename(path),
    sha256,
  };
  return {
    ...commandOf(access, local),
    ...begin(file),
    onlyIf: tunnel.isStill(file),
    summary: `replace ${path} with ${candidateFile} and restart ${container}, reverted after 90 s unless a new connection confirms it,`,
  };
}

/** Names the command in the journal, whatever its arguments are. */
const tunnelRestart = 'restart of the tunnel';

/** Returns the changes to a file that cannot be read yet, because the host has no image with a shell. */
export function pendingLocalChanges(container: string, { hostname }: Route): readonly PlannedChange[] {
  const pending = (scope: string, summary: string): PlannedChange => ({
    status: 'pending',
    on: '3.5',
    scope,
    digest: null,
    summary,
    // This includes the restart: a rollback removes the route again.
    reversible: true,
  });
  return [
    pending(`write:droplet:${tunnelFolder}`, `create the folder ${tunnelFolder} on the production host`),
    pending(
      `write:droplet:${candidateFile}`,
      `add the route of ${hostname} to the configuration of ${container}`,
    ),
    pending(`command:droplet:${tunnelRestart}`, `restart ${container}, if its configuration changes`),
  ];
}

/** Writes the new configuration into a folder of the deployment that cloudflared's user may read. */
async function candidateChanges(
  { files }: Host,
  path: string,
  now: string,
  text: string,
): Promise<readonly PlannedChange[]> {
  const [folder, node] = await Promise.all([files.look(tunnelFolder), files.look(candidateFile)]);
  const before =
    node.type === 'file'
      ? ({ state: 'file', sha256: await files.hash(candidateFile) } as const)
      : ({ state: 'absent' } as const);
  const same = before.state === 'file' && before.sha256 === createHash('sha256').update(text).digest('hex');
  const write = { kind: 'write', host: 'droplet' } as const;
  return [
    ...(folder.type === 'absent'
      ? [
          {
            status: 'exact',
            change: {
              ...write,
              path: tunnelFolder,
              entry: { type: 'directory' },
              before: { state: 'absent' },
            },
          } as const,
        ]
      : []),
    ...(same
      ? []
      : [
          {
            status: 'exact',
            change: {
              ...write,
              path: candidateFile,
              entry: {
                type: 'file',
                mode: 0o644,
                content: [text],
                confidential: false,
                diff: diffOf(path, now, text),
              },
              before,
            },
          } as const,
        ]),
  ];
}

/** The default address of the metrics in a container. */
export const defaultMetrics = '127.0.0.1:20241';
