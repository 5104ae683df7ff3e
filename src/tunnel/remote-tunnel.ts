import { z } from 'zod';
import { tunnel } from '../argv/tunnel.ts';
import type { MadeRoute, PlannedChange, RequestChange } from '../domain/change.ts';
import type { CloudflareApi } from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';
import { diffOf } from '../workspace/own-file.ts';
import { type Route, type RouteState, routeState, rulesBefore, withRoute } from './ingress/route.ts';
import { ingressFaults } from './ingress/rules.ts';
import { catchAllRule } from './ingress/splice.ts';
import { unsoundRemote } from './problems.ts';
import { consentFor, undoFor } from './route-words.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const ruleSchema = z.looseObject({ hostname: text, path: text, service: text });
const documentSchema = z.looseObject({
  version: z.int(),
  config: z.looseObject({ ingress: z.array(z.looseObject({})).nullish() }).nullish(),
});

/** The one document that configures a tunnel at Cloudflare, and how it stands towards the route. */
export interface RemoteTunnel {
  /** Its address below the API. */
  readonly path: string;
  readonly version: number;
  /** As Cloudflare keeps it; what is not known here stays in it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly ingress: readonly object[];
  /** Whether the rules are Cloudflare's, and not the ones that a tunnel without any is given here. */
  readonly hasRules: boolean;
  readonly state: RouteState;
}

/** Where people find it. */
export const atCloudflare = "the tunnel's configuration at Cloudflare";

/** @throws ProblemError where its rules are unsound; ApiRefusal, NetworkFault */
export async function lookAtRemoteTunnel(
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
  if (faults.length > 0) throw new ProblemError(unsoundRemote(faults));
  const state = routeState(rules, route);
  if (state.is === 'unreadable') {
    const what = `rule ${state.rule + 1}: its path is a regular expression that erp-deploy does not read`;
    throw new ProblemError(unsoundRemote([what]));
  }
  return { path, version, config: config ?? {}, ingress, hasRules: written.length > 0, state };
}

export function configurationOf(account: string, id: string): string {
  return `/accounts/${account}/cfd_tunnel/${id}/configurations`;
}

/** The document with the route in it, and everything else as it was. */
export function remoteChanges(
  { path, version, config, ingress, state }: RemoteTunnel,
  container: string,
  route: Route,
): readonly PlannedChange[] {
  if (state.is === 'there') return [];
  const after = withRoute(ingress, state, route);
  const consent = consentFor(atCloudflare, state, route);
  const summary = `put the route of ${route.hostname} into ${atCloudflare} (version ${version})`;
  const change = {
    ...replacement({ path, version, config }, after, container, summary),
    undo: undoFor(state, route),
  };
  return [{ status: 'exact', change, ...(consent === null ? {} : { consent }) }];
}

/** The document as before a roll-out put its rule in, or repointed one; null where that is not as it was left any more. */
export function remoteRemoval(
  { path, version, config, ingress, state }: RemoteTunnel,
  container: string,
  made: MadeRoute,
): readonly PlannedChange[] | null {
  const after = state.is === 'there' ? rulesBefore(ingress, state.rule, made) : null;
  if (after === null) return null;
  const summary = `take the route of ${made.hostname} back in ${atCloudflare} (version ${version})`;
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
