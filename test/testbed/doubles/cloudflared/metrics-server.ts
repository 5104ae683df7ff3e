import { createServer, type Server } from 'node:http';
import type { Tunnel } from './tunnel.ts';
import { version } from './version.ts';

/**
 * `/ready`: 200 with a connection to the edge, 503 without (cloudflare/cloudflared, metrics/readiness.go),
 * `/config`: its configuration, `/metrics`: the number of its connections.
 */
export function createMetricsServer(tunnel: Tunnel): Server {
  return createServer(({ url }, response) => {
    const connections = tunnel.connected.size;
    if (url === '/ready') {
      const status = connections > 0 ? 200 : 503;
      const body = { status, readyConnections: connections, connectorId: tunnel.connector };
      response.writeHead(status).end(JSON.stringify(body));
    } else if (url === '/config') {
      response.end(JSON.stringify({ version: tunnel.version, config: { ingress: tunnel.rules } }));
    } else if (url === '/healthcheck') {
      response.end('OK\n');
    } else if (url === '/metrics') {
      response.end(`build_info{version="${version}"} 1\ncloudflared_tunnel_ha_connections ${connections}\n`);
    } else {
      response.writeHead(404).end('404 page not found\n');
    }
  });
}
