import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { z } from 'zod';
import { candidateFile, tunnel, tunnelFolder } from '../../commands/tunnel.ts';
import type { CommandChange, Consent, MadeRoute, PlannedChange } from '../../domain/change.ts';
import type { Host } from '../../domain/ports.ts';
import { type Problem, ProblemError } from '../../domain/problem.ts';
import type { Finding } from '../../domain/step.ts';
import { diffOf } from '../workspace/own-file.ts';
import { type Cloudflared, onHost } from './cloudflared.ts';
import { readTunnelConfig, type TunnelConfig } from './ingress/config-file.ts';
import { type Route, type RouteState, routeState } from './ingress/route.ts';
import { catchAllRule, splicedConfig, unsplicedConfig } from './ingress/splice.ts';
import { noConfigFile, notInPlace, unsoundConfig } from './problems.ts';

/** Where cloudflared's own file is looked at. */
export interface LocalPlace {
  readonly host: Host;
  /** Name of cloudflared's container, for people. */
  readonly container: string;
  readonly cloudflared: Cloudflared & { readonly configured: { readonly at: 'file' } };
  /** An image with a shell, that is there: the database's. */
  readonly helper: string;
  readonly signal: AbortSignal;
}

/** The file that a tunnel goes by, and how it stands towards the route. */
export interface LocalTunnel {
  /** On the host, absolute. */
  readonly path: string;
  readonly sha256: string;
  readonly config: TunnelConfig;
  readonly state: RouteState;
  /** Whether cloudflared started before the file was last changed: it goes by an older one. */
  readonly stale: boolean;
  /** A new configuration that waits to be confirmed, or that nobody confirmed nor took back; null where none is. */
  readonly unsettled: 'pending' | 'abandoned' | null;
}

/** @throws ProblemError where there is no such file, or it cannot be given a route */
export async function lookAtLocalTunnel(place: LocalPlace, route: Route): Promise<LocalTunnel> {
  const { host, cloudflared, helper, signal, container } = place;
  const { paths } = cloudflared.configured;
  const [read, settled] = await Promise.all([
    host.processes.run(tunnel.readFirst(cloudflared.id, helper, paths), null, signal),
    host.processes.run(tunnel.unsettled(), '.', signal),
  ]);
  const [real = '', changed = '', sha256 = '', bytes = ''] = read.stdout.split('\n');
  const mapped = read.exitCode === 0 ? onHost(cloudflared, real) : null;
  const path = mapped === null ? null : await withoutLinks(host, mapped, signal);
  if (path === null) throw new ProblemError(noConfigFile(host, container, paths));
  const text = Buffer.from(bytes, 'base64').toString('utf8');
  if (createHash('sha256').update(text).digest('hex') !== sha256) {
    throw new ProblemError(unsoundConfig(path, [{ line: 1, what: 'it is not UTF-8 text' }]));
  }
  const config = readTunnelConfig(text);
  if ('faults' in config) throw new ProblemError(unsoundConfig(path, config.faults));
  const state = routeState(config.rules.length === 0 ? [catchAllRule] : config.rules, route);
  if (state.is === 'unreadable') {
    const what = `rule ${state.rule + 1}: its path is a regular expression that erp-deploy does not read`;
    throw new ProblemError(unsoundConfig(path, [{ line: 1, what }]));
  }
  const stale = Number(changed) * 1000 > Date.parse(cloudflared.startedAt);
  return { path, sha256, config, state, stale, unsettled: unsettledSchema.parse(settled.stdout.trim()) };
}

const unsettledSchema = z.enum(['pending', 'abandoned']).or(z.literal('').transform(() => null));

/** Where a file on the host really lies: one that is mounted alone may be a link there, and has to stay one. */
async function withoutLinks({ processes }: Host, path: string, signal: AbortSignal): Promise<string> {
  const { exitCode, stdout } = await processes.run(['readlink', '-f', '--', path], null, signal);
  // Somebody else's folder cannot be walked; the change refuses what is a link then.
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : path;
}

/** What is missing; empty where nothing is. */
export function localFindings(found: LocalTunnel, route: Route): readonly Finding[] {
  const { path, state, stale, unsettled } = found;
  return [
    ...routeFindings(path, state, route),
    ...(stale && state.is === 'there'
      ? [
          {
            what: 'cloudflared',
            wanted: `started since ${path} was changed`,
            found: 'runs with an older one',
          },
        ]
      : []),
    ...(unsettled === null
      ? []
      : [{ what: path, wanted: 'confirmed over a new connection', found: waiting[unsettled] }]),
  ];
}

const waiting = {
  pending: 'waits for it, or is taken back',
  abandoned: 'neither confirmed nor taken back: the host went down meanwhile',
} as const;

/** @param where the rules are kept */
export function routeFindings(
  where: string,
  state: RouteState,
  { hostname, service }: Route,
): readonly Finding[] {
  const wanted = `${hostname} → ${service}`;
  switch (state.is) {
    case 'there':
    case 'unreadable':
      return [];
    case 'absent':
      return [{ what: where, wanted, found: 'no rule takes that name but the last' }];
    case 'elsewhere':
      return [{ what: where, wanted, found: `${hostname} → ${state.service}` }];
    case 'covered':
      return [{ what: where, wanted, found: `rule ${state.before + 1} takes that name to ${state.service}` }];
  }
}

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
    argv: tunnel.nothing(),
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
    argv: begin(file),
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

/** Where the metrics are in a container, if nobody says otherwise. */
export const usualMetrics = '127.0.0.1:20241';

/** What takes the route back: a rule of that very name was repointed, any other is put in. */
export function undoFor(state: RouteState, { hostname, service }: Route): MadeRoute {
  const made = { type: 'route', hostname, service } as const;
  return state.is === 'elsewhere' ? { ...made, was: state.service } : made;
}

/** A route that leads somewhere else is somebody's; null where it is not. */
export function consentFor(where: string, state: RouteState, { hostname, service }: Route): Consent | null {
  if (state.is !== 'elsewhere' && state.is !== 'covered') return null;
  return {
    flag: '--replace-route',
    why: `${where} sends ${hostname} to ${state.service}; it would go to ${service}.`,
  };
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
