import { z } from 'zod';
import { tunnel } from '../argv/tunnel.ts';
import type { MadeRoute, PlannedChange, RequestChange } from '../domain/change.ts';
import type { CloudflareApi } from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';
import { diffOf } from '../workspace/own-file.ts';
import { type Route, type RouteState, routeState, rulesBefore, withRoute } from './ingress/route.ts';
import { ingressFaults } from './ingress/rules.ts';
import { catchAllRule } from './ingress/splice.ts';
import { invalidRemoteConfig } from './problems.ts';
import { consentFor, undoFor } from './route-text.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const ruleSchema = z.looseObject({ hostname: text, path: text, service: text });
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
  /** Whether Cloudflare has rules; a tunnel without any gets the catch-all rule here. */
  readonly hasRules: boolean;
  readonly state: RouteState;
}

export const atCloudflare = "the tunnel's configuration at Cloudflare";

/** @throws ProblemError if its rules are invalid; ApiRefusal, NetworkFault */
export async function inspectRemoteTunnel(
  api: CloudflareApi,
  account: string,
  id: string,
  route: Route,
  signal: AbortSignal,
): Promise<RemoteTunnel> {
  const path = configurationOf(account, id);
  const { version, config } = documentSchema.parse(await api.call('GET', path, null, signal));
  const written = config?.ingress ?? [];
  const ingress = written.length === 0 ? [{ service: catchAllRule.service }] : written;
  const rules = z.array(ruleSchema).parse(ingress);
  const faults = ingressFaults(rules).map(({ rule, what }) => `rule ${rule + 1}: ${what}`);
  if (faults.length > 0) throw new ProblemError(invalidRemoteConfig(faults));
  const state = routeState(rules, route);
  if (state.is === 'unreadable') {
    const what = `rule ${state.rule + 1}: erp-deploy cannot parse the regular expression of its path`;
    throw new ProblemError(invalidRemoteConfig([what]));
  }
  return { path, version, config: config ?? {}, ingress, hasRules: written.length > 0, state };
}

export function configurationOf(account: string, id: string): string {
  return `/accounts/${account}/cfd_tunnel/${id}/configurations`;
}

/** Returns the change that adds the route to the document, and nothing else. */
export function remoteChanges(
  { path, version, config, ingress, state }: RemoteTunnel,
  container: string,
  route: Route,
): readonly PlannedChange[] {
  if (state.is === 'there') return [];
  const after = withRoute(ingress, state, route);
  const consent = consentFor(atCloudflare, state, route);
  const summary = `add the route of ${route.hostname} to ${atCloudflare} (version ${version})`;
  const change = {
    ...replacement({ path, version, config }, after, container, summary),
    undo: undoFor(state, route),
  };
  return [{ status: 'exact', change, ...(consent === null ? {} : { consent }) }];
}

/** Returns the changes that remove an inserted rule or restore a changed one; null if it was edited since the rollout. */
export function remoteRemoval(
  { path, version, config, ingress, state }: RemoteTunnel,
  container: string,
  made: MadeRoute,
): readonly PlannedChange[] | null {
  const after = state.is === 'there' ? rulesBefore(ingress, state.rule, made) : null;
  if (after === null) return null;
  const summary = `revert the route of ${made.hostname} in ${atCloudflare} (version ${version})`;
  const change = replacement({ path, version, config }, after, container, summary);
  return [{ status: 'exact', change }];
}

function replacement(
  { path, version, config }: Pick<RemoteTunnel, 'path' | 'version' | 'config'>,
  ingress: readonly object[],
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
