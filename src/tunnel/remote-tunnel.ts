import * as z from 'zod';
import { tunnel } from '../argv/tunnel.ts';
import { exact } from '../domain/build-change.ts';
import type { PlannedChange, RequestChange } from '../domain/change.ts';
import type { CloudflareApi } from '../domain/ports/cloudflare.ts';
import { ProblemError } from '../domain/problem.ts';
import type { MadeRoute } from '../domain/undo.ts';
import { diffOf } from '../workspace/own-file.ts';
import { inheriting, type OriginSettings } from './ingress/origin-request.ts';
import {
  madeRule,
  type Route,
  type RouteState,
  routeState,
  rulesBefore,
  withRoute,
} from './ingress/route.ts';
import { type IngressRule, ingressFaults } from './ingress/rules.ts';
import { catchAll } from './ingress/splice.ts';
import { lastRule, storedFields } from './origin-options.ts';
import { invalidRemoteConfig } from './problems.ts';
import { consentFor, undoFor } from './route-text.ts';
import type { SingleOrigin } from './single-origin.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const settingsSchema = z
  .looseObject({
    bastionMode: z.boolean().nullish(),
    httpHostHeader: z.string().nullish(),
  })
  .nullish()
  .transform((read): OriginSettings => {
    const { bastionMode, httpHostHeader } = read ?? {};
    return {
      ...(bastionMode == null ? {} : { bastionMode }),
      ...(httpHostHeader == null ? {} : { httpHostHeader }),
    };
  });
const ruleSchema = z.looseObject({
  hostname: text,
  path: text,
  service: text,
  originRequest: settingsSchema,
});
const documentSchema = z.looseObject({
  version: z.int(),
  config: z.looseObject({ ingress: z.array(z.looseObject({})).nullish() }).nullish(),
});

/** The document that configures a tunnel at Cloudflare, and its state with regard to the route. */
export interface RemoteTunnel {
  /** The path of the document in the API. */
  readonly path: string;
  readonly version: number;
  /** As Cloudflare stores it, including settings that erp-deploy does not know. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly ingress: readonly object[];
  /** Whether Cloudflare has rules; a tunnel without any gets a last rule here. */
  readonly hasRules: boolean;
  /** What every rule inherits. */
  readonly inherited: OriginSettings;
  readonly state: RouteState;
}

export const atCloudflare = "the tunnel's configuration at Cloudflare";

/** Which tunnel is inspected, and for what. */
export interface RemoteQuestion {
  readonly account: string;
  readonly id: string;
  readonly route: Route;
  /** The origin of all requests while Cloudflare has no rules. */
  readonly origin: SingleOrigin | null;
  /** The paths of the API. */
  readonly paths: readonly string[];
}

/** @throws ProblemError if its rules are invalid; ApiRefusal, NetworkFault */
export async function inspectRemoteTunnel(
  api: CloudflareApi,
  { account, id, route, origin, paths }: RemoteQuestion,
  signal: AbortSignal,
): Promise<RemoteTunnel> {
  const path = configurationOf(account, id);
  const { version, config } = documentSchema.parse(await api.call('GET', path, null, signal));
  const written = config?.ingress ?? [];
  const ingress = written.length === 0 ? [lastFor(origin)] : written;
  const inherited = settingsSchema.parse(config?.originRequest);
  const rules = z
    .array(ruleSchema)
    .parse(ingress)
    .map(({ hostname, path, service, originRequest }): IngressRule => {
      return { hostname, path, service, ...inheriting(originRequest, inherited) };
    });
  const faults = ingressFaults(rules).map(({ rule, what }) => `rule ${rule + 1}: ${what}`);
  if (faults.length > 0 && origin?.unfit == null) throw new ProblemError(invalidRemoteConfig(faults));
  const state = routeState(rules, route, paths);
  return { path, version, config: config ?? {}, ingress, hasRules: written.length > 0, inherited, state };
}

function lastFor(origin: SingleOrigin | null): object {
  return origin === null
    ? catchAll
    : lastRule(origin.service, storedFields(origin.request) ?? origin.request);
}

export function configurationOf(account: string, id: string): string {
  return `/accounts/${account}/cfd_tunnel/${id}/configurations`;
}

/** Returns the change that adds the route to the document, and nothing else. */
export function remoteChanges(
  { path, version, config, ingress, state, inherited }: RemoteTunnel,
  container: string,
  route: Route,
  origin: SingleOrigin | null,
): readonly PlannedChange[] {
  if (state.is === 'there') return [];
  const after = withRoute(ingress, state, 'before' in state ? state.before : state.rule, route, inherited);
  const consent = consentFor(atCloudflare, state, route, origin);
  const summary = `add the route of ${route.hostname} to ${atCloudflare} (version ${version})`;
  const change = {
    ...replacement({ path, version, config }, after, container, summary),
    undo: undoFor(state, route, inherited),
  };
  return [exact(change, consent)];
}

/** Returns the changes that remove an inserted rule or restore a changed one; null if it was edited since the rollout. */
export function remoteRemoval(
  { path, version, config, ingress }: RemoteTunnel,
  container: string,
  made: MadeRoute,
): readonly PlannedChange[] | null {
  const at = madeRule(ingress, made);
  if (typeof at !== 'number') return null;
  const after = rulesBefore(ingress, at, made);
  const summary = `revert the route of ${made.hostname} in ${atCloudflare} (version ${version})`;
  const change = replacement({ path, version, config }, after, container, summary);
  return [exact(change)];
}

function replacement(
  { path, version, config }: Pick<RemoteTunnel, 'path' | 'version' | 'config'>,
  ingress: readonly unknown[],
  container: string,
  summary: string,
): RequestChange {
  const after = { ...config, ingress };
  return {
    kind: 'request',
    api: 'cloudflare',
    method: 'PUT',
    url: path,
    body: JSON.stringify({ config: after }),
    before: { url: path, version },
    observable: true,
    summary,
    diff: diffOf('configuration', shown(config), shown(after)),
    overwritten: tunnel.configurationsSent(container),
  };
}

function shown(config: object): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}
