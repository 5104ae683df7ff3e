import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { candidateFile, tunnel, tunnelFolder } from '../argv/tunnel.ts';
import type { CommandChange, MadeRoute, PlannedChange } from '../domain/change.ts';
import type { Host } from '../domain/ports.ts';
import type { Problem } from '../domain/problem.ts';
import { diffOf } from '../workspace/own-file.ts';
import type { Route } from './ingress/route.ts';
import { splicedConfig, unsplicedConfig } from './ingress/splice.ts';
import type { LocalPlace, LocalTunnel } from './local-tunnel.ts';
import { notInPlace, unsoundConfig } from './problems.ts';
import { consentFor, undoFor } from './route-words.ts';

/** The candidate with its diff, and the command that puts it in place and restarts cloudflared under an undo. */
export async function localChanges(
  place: LocalPlace,
  found: LocalTunnel,
  route: Route,
): Promise<readonly PlannedChange[] | Problem> {
  const { path, config, state, stale, unsettled } = found;
  if (unsettled === 'pending') return [{ status: 'exact', change: confirmation(place, found) }];
  if (unsettled === 'abandoned')
    return [
      ...(await candidateChanges(place.host, path, config.text, config.text)),
      { status: 'exact', change: replacement(place, found, tunnel.beginAgain) },
    ];
  if (state.is === 'there' && !stale) return [];
  const text = state.is === 'there' ? config.text : splicedConfig(config, state, route);
  if (typeof text !== 'string') return unsoundConfig(path, [text.fault]);
  const consent = consentFor(path, state, route);
  return [
    ...(await candidateChanges(place.host, path, config.text, text)),
    {
      status: 'exact',
      change: {
        ...replacement(place, found),
        undo: { ...undoFor(state, route), ...(config.ingress === null ? { alone: true } : {}) },
      },
      ...(consent === null ? {} : { consent }),
    },
  ];
}

/** The file as before a roll-out put its rule in, or repointed one; null where that is not as it was left any more. */
export async function localRemoval(
  place: LocalPlace,
  found: LocalTunnel,
  made: MadeRoute,
): Promise<readonly PlannedChange[] | null> {
  const { path, config, state, unsettled } = found;
  if (unsettled === 'pending') return [{ status: 'exact', change: confirmation(place, found) }];
  const text = state.is === 'there' ? unsplicedConfig(config, state.rule, made) : null;
  if (text === null) return null;
  const candidate = await candidateChanges(place.host, path, config.text, text);
  return [...candidate, { status: 'exact', change: replacement(place, found) }];
}

/** What both commands have in common. */
function commandOf({ host, container, cloudflared }: LocalPlace, { path, config }: LocalTunnel) {
  return {
    kind: 'command',
    about: tunnelRestart,
    host: host.id,
    cwd: '.',
    observable: true,
    onFailure: notInPlace(path),
    confirm: tunnel.confirm(container, cloudflared.metrics ?? config.metrics ?? usualMetrics),
  } as const;
}

function confirmation(place: LocalPlace, found: LocalTunnel): CommandChange {
  return {
    ...commandOf(place, found),
    argv: ['true'],
    onlyIf: null,
    summary: 'confirm the new configuration of the tunnel, which else is taken back,',
  };
}

/** Puts the candidate in the place of the file, and restarts cloudflared under an undo. */
function replacement(place: LocalPlace, found: LocalTunnel, begin = tunnel.begin): CommandChange {
  const { container, cloudflared, helper } = place;
  const { path, sha256 } = found;
  const file = {
    container,
    image: cloudflared.image,
    helper,
    folder: posix.dirname(path),
    name: posix.basename(path),
    sha256,
  };
  return {
    ...commandOf(place, found),
    ...begin(file),
    onlyIf: tunnel.isStill(file),
    summary: `put ${candidateFile} in the place of ${path} and restart ${container}, taken back after 90 s unless a new connection confirms it,`,
  };
}

/** What the command is about. */
const tunnelRestart = 'restart of the tunnel';

/** What will be changed of a file that cannot be looked at yet, for want of a shell on the droplet. */
export function localChangesToCome(container: string, { hostname }: Route): readonly PlannedChange[] {
  const pending = (scope: string, summary: string): PlannedChange => ({
    status: 'pending',
    on: '3.5',
    scope,
    digest: null,
    summary,
    // Of the restart too: a rollback takes the route out again.
    reversible: true,
  });
  return [
    pending(`write:droplet:${tunnelFolder}`, `make folder ${tunnelFolder} on the droplet`),
    pending(
      `write:droplet:${candidateFile}`,
      `put the route of ${hostname} into the configuration of ${container}`,
    ),
    pending(`command:droplet:${tunnelRestart}`, `restart ${container}, where its configuration changes`),
  ];
}

/** The new text beside the deployment, where cloudflared's own user may read it. */
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

/** Where the metrics are in a container, if nobody says otherwise. */
export const usualMetrics = '127.0.0.1:20241';
