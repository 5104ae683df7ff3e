import { z } from 'zod';
import { IngressError, ingressSchema, originRequestSchema, parseIngress } from '../cloudflared/ingress.ts';
import type { Call, Calls } from './call.ts';
import type { Edge } from './edge.ts';
import { ApiFailure, unauthenticated } from './envelope.ts';
import { may } from './permission.ts';
import type { Permission, TunnelState } from './state.ts';

const configSchema = z.object({
  config: z.looseObject({
    ingress: z.array(z.looseObject({})),
    originRequest: originRequestSchema.nullish(),
  }),
});

/** Calls for tunnels and their configurations. A configuration is replaced as a whole, which increases its version. */
export const tunnelCalls: Calls = {
  'GET /accounts/*/cfd_tunnel': (call) => {
    const account = accountOf(call, 'Cloudflare Tunnel:Read');
    const [name, deleted] = [call.query.get('name'), call.query.get('is_deleted')];
    return call.state.tunnels
      .filter((one) => one.account === account && (name === null || one.name === name) && deleted !== 'true')
      .map((tunnel) => shown(tunnel, call.edge));
  },
  'GET /accounts/*/cfd_tunnel/*': (call) => shown(tunnelOf(call, 'Cloudflare Tunnel:Read'), call.edge),
  'GET /accounts/*/cfd_tunnel/*/connections': (call) => {
    const { id } = tunnelOf(call, 'Cloudflare Tunnel:Read');
    return call.edge.connections(id).map(({ connector, version, connection }) => ({
      id: connector,
      version,
      conns: [connection],
    }));
  },
  'GET /accounts/*/cfd_tunnel/*/token': (call) => {
    const { account, id, secret } = tunnelOf(call, 'Cloudflare Tunnel:Edit');
    return Buffer.from(JSON.stringify({ a: account, t: id, s: secret })).toString('base64');
  },
  'GET /accounts/*/cfd_tunnel/*/configurations': (call) => document(tunnelOf(call, 'Cloudflare Tunnel:Read')),
  'PUT /accounts/*/cfd_tunnel/*/configurations': (call) => {
    const tunnel = tunnelOf(call, 'Cloudflare Tunnel:Edit');
    const given = configSchema.safeParse(call.body);
    if (!given.success) throw new ApiFailure(400, 1056, `Bad Configuration: ${z.prettifyError(given.error)}`);
    checkIngress(given.data.config);
    tunnel.config = given.data.config;
    tunnel.config_src = 'cloudflare';
    tunnel.version += 1;
    call.edge.configure(tunnel);
    return document(tunnel);
  },
};

function checkIngress({ ingress, originRequest }: z.infer<typeof configSchema>['config']): void {
  try {
    parseIngress(ingressSchema.parse(ingress), originRequest);
  } catch (error) {
    const why = error instanceof IngressError || error instanceof z.ZodError ? error.message : String(error);
    throw new ApiFailure(400, 1056, `Bad Configuration: Validation failed: ${why}`);
  }
}

function accountOf({ state, token, ids: [id = ''] }: Call, permission: Permission): string {
  if (!may(token, permission) || !state.accounts.some((one) => one.id === id)) throw unauthenticated();
  return id;
}

function tunnelOf(call: Call, permission: Permission): TunnelState {
  const account = accountOf(call, permission);
  const tunnel = call.state.tunnels.find((one) => one.id === call.ids[1] && one.account === account);
  if (tunnel === undefined) throw new ApiFailure(404, 1003, 'Tunnel not found');
  return tunnel;
}

const document = ({ id, account, version, config, config_src }: TunnelState) => ({
  tunnel_id: id,
  account_id: account,
  version,
  config,
  source: config_src,
});

function shown({ id, name, account, config_src }: TunnelState, edge: Edge) {
  const connections = edge.connections(id).map(({ connection }) => connection);
  return {
    id,
    account_tag: account,
    name,
    deleted_at: null,
    connections,
    tun_type: 'cfd_tunnel',
    status: connections.length > 0 ? 'healthy' : edge.everConnected(id) ? 'down' : 'inactive',
    remote_config: config_src === 'cloudflare',
    config_src,
  };
}
