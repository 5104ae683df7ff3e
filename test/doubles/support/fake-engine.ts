import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeContainer {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Addresses by network name. */
  readonly networks?: Readonly<Record<string, string>>;
  readonly running?: boolean;
  readonly health?: 'starting' | 'healthy' | 'unhealthy';
}

/** A socket with the part of the Docker engine's API that Traefik uses: list, inspect, and events. */
export interface FakeEngine {
  readonly socket: string;
  /** Replaces the containers, and emits an event. */
  show(containers: readonly FakeContainer[], action?: string): void;
  stop(): Promise<void>;
}

export async function startFakeEngine(): Promise<FakeEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-engine-'));
  const socket = join(folder, 'docker.sock');
  let containers: readonly FakeContainer[] = [];
  const listeners = new Set<ServerResponse>();
  const server = createServer(({ url = '/' }, response) => {
    const [path = '/'] = url.split('?');
    const one = containers.find(({ name }) => path === `/containers/${name}-id/json`);
    if (path === '/containers/json')
      response.end(JSON.stringify(containers.map(({ name }) => ({ Id: `${name}-id` }))));
    else if (one !== undefined) response.end(JSON.stringify(inspected(one)));
    else if (path === '/events') {
      listeners.add(response);
      response.writeHead(200).flushHeaders();
    } else response.writeHead(404).end(JSON.stringify({ message: 'page not found' }));
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
  return {
    socket,
    show: (shown, action = 'start') => {
      containers = shown;
      for (const listener of listeners)
        listener.write(`${JSON.stringify({ Type: 'container', Action: action })}\n`);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function inspected({ name, labels, networks = { web: '127.0.0.1' }, running = true, health }: FakeContainer) {
  return {
    Id: `${name}-id`,
    Name: `/${name}`,
    State: { Running: running, ...(health === undefined ? {} : { Health: { Status: health } }) },
    HostConfig: { NetworkMode: 'bridge' },
    Config: { Labels: labels },
    NetworkSettings: {
      Ports: {},
      Networks: Object.fromEntries(
        Object.entries(networks).map(([network, IPAddress]) => [
          network,
          { IPAddress, GlobalIPv6Address: '' },
        ]),
      ),
    },
  };
}
