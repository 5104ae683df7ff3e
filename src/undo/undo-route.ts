import type { MadeRoute } from '../domain/change.ts';
import { localRemoval } from '../tunnel/local-changes.ts';
import { remoteRemoval } from '../tunnel/remote-tunnel.ts';
import { lookAtTunnel, nameOf, runningCloudflared } from '../tunnel/tunnel.ts';
import type { Context } from '../workspace/context.ts';
import { droplet, stays, type Undoing, undone } from './undoing.ts';

/** The rule that was put in goes, the one that was repointed leads back; what somebody made of it since is theirs. */
export async function undoRoute(context: Context, made: MadeRoute): Promise<Undoing> {
  const { hostname, service } = made;
  droplet(context);
  if (context.config.cloudflare.container === undefined) {
    return stays(`the route of ${hostname}: no tunnel is configured any more`);
  }
  const at = withRoute(context, { hostname, service });
  const found = await lookAtTunnel(at, await runningCloudflared(at));
  const { state } = found.is === 'local' ? found.local : found.remote;
  const unsettled = found.is === 'local' && found.local.unsettled === 'pending';
  if (state.is !== 'there' && !unsettled) return undone;
  const changes =
    found.is === 'local'
      ? await localRemoval(found.place, found.local, made)
      : remoteRemoval(found.remote, nameOf(context), made);
  return changes === null
    ? stays(`the route of ${hostname}: changed since, and yours now`)
    : { changes, kept: null };
}

/** The tunnel is looked at for the route that was made, whatever is configured now. */
function withRoute(context: Context, { hostname, service }: { hostname: string; service: string }): Context {
  const { config } = context;
  return {
    ...context,
    config: { ...config, publicHost: hostname, cloudflare: { ...config.cloudflare, service } },
  };
}
