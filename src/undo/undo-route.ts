import { ProblemError } from '../domain/problem.ts';
import type { MadeRoute } from '../domain/undo.ts';
import { madeRule } from '../tunnel/ingress/route.ts';
import { localRemoval } from '../tunnel/local-changes.ts';
import { remoteRemoval } from '../tunnel/remote-tunnel.ts';
import { inspectTunnel, nameOf, runningCloudflared } from '../tunnel/tunnel.ts';
import type { Context } from '../workspace/context.ts';
import { productionStackNow, stays, type Undoing, undone } from './undoing.ts';

/** Returns the change that removes an inserted rule or restores a changed one, unless it was edited since. */
export async function planRouteUndo(context: Context, made: MadeRoute): Promise<Undoing> {
  const { hostname, service } = made;
  productionStackNow(context);
  if (context.config.cloudflare.container === undefined) {
    return stays(`the route of ${hostname}: no tunnel is configured now`);
  }
  const at = withRoute(context, { hostname, service });
  const found = await inspectTunnel(at, await runningCloudflared(at));
  const rules = found.is === 'local' ? found.local.config.content.ingress : found.remote.ingress;
  const unsettled = found.is === 'local' && found.local.unsettled === 'pending';
  if (madeRule(Array.isArray(rules) ? rules : [], made) === 'gone' && !unsettled) return undone;
  const changes =
    found.is === 'local'
      ? await localRemoval(found.access, found.local, made)
      : remoteRemoval(found.remote, nameOf(context), made);
  if (changes !== null && 'code' in changes) throw new ProblemError(changes);
  return changes === null
    ? stays(`the route of ${hostname}: changed since the rollout`)
    : { changes, kept: null };
}

/** Returns the context with the route that was made, in place of the one that is configured now. */
function withRoute(context: Context, { hostname, service }: { hostname: string; service: string }): Context {
  const { config } = context;
  return {
    ...context,
    config: { ...config, publicHost: hostname, cloudflare: { ...config.cloudflare, service } },
  };
}
