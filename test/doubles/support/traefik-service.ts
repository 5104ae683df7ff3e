import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { parse } from 'yaml';
import { z } from 'zod';
import { bodyOf } from '../../testbed/doubles/parts/body.ts';
import { freePort } from '../../testbed/free-port.ts';
import { startEcho } from './echo.ts';
import { type FakeContainer, startFakeEngine } from './fake-engine.ts';
import { bundled, until } from './running.ts';

export const host = 'erp-db.bestviable.com';

export type TraefikService = Awaited<ReturnType<typeof startTraefik>>;

/** Starts what all tests of a file share: the programs, and two servers as routing targets. */
export async function startBackends() {
  const [programs, backend, other] = await Promise.all([bundled(), startEcho('one'), startEcho('two')]);
  return {
    programs,
    backend,
    other,
    stop: async () => {
      await Promise.all([backend.stop(), other.stop()]);
      programs.remove();
    },
  };
}

/** Starts the double of Traefik with a fake engine, which has no containers at first. */
export async function startTraefik(
  { programs, backend }: Awaited<ReturnType<typeof startBackends>>,
  ...flags: string[]
) {
  const engine = await startFakeEngine();
  const [port, apiPort] = [await freePort(), await freePort()];
  const running = programs.start('traefik', [
    `--entrypoints.web.address=127.0.0.1:${port}`,
    `--entryPoints.traefik.address=127.0.0.1:${apiPort}`,
    '--providers.docker=true',
    `--providers.docker.endpoint=unix://${engine.socket}`,
    '--providers.docker.exposedbydefault=false',
    '--providers.providersthrottleduration=10ms',
    '--accesslog=true',
    '--api.insecure',
    '--ping',
    ...flags,
  ]);
  const pinged = () =>
    fetch(`http://127.0.0.1:${apiPort}/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(pinged, (ok) => ok);
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
    askAt(port, path, headers, method);
  return {
    engine,
    written: running.written,
    ask,
    api: async (path: string): Promise<unknown> =>
      (await fetch(`http://127.0.0.1:${apiPort}/api/${path}`)).json(),
    /** Repeats a request until it gets the expected answer. */
    answers: (path: string, status: number) =>
      until(
        () => ask(path),
        (answer) => answer.status === status,
      ),
    /** Returns the container of the bundled compose file, with a server of the test behind it. */
    postgrest: (more: Partial<FakeContainer> = {}): FakeContainer => ({
      name: 'postgrest-erp',
      labels: shippedLabels(backend),
      networks: { 'portfolio-network': '127.0.0.1' },
      health: 'healthy',
      ...more,
    }),
    stop: async () => {
      await running.stop();
      await engine.stop();
    },
  };
}

const echoSchema = z.object({
  name: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
});

/** Uses node:http, because fetch does not send a custom Host header. */
async function askAt(port: number, path: string, headers: Readonly<Record<string, string>>, method: string) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers: { host, ...headers } }, resolve)
      .on('error', reject)
      .end();
  });
  const text = await bodyOf(answer);
  const { statusCode: status, headers: given } = answer;
  return { status, headers: given, text, echo: () => echoSchema.parse(JSON.parse(text)) };
}

/** Returns the labels of the bundled compose file for a server at this port. */
export function shippedLabels({ port }: { readonly port: number }): Readonly<Record<string, string>> {
  const file = readFileSync(new URL('../../../assets/compose/docker-compose.yml', import.meta.url), 'utf8');
  const labelled = z.object({ labels: z.record(z.string(), z.string()) });
  const { services } = z.object({ services: z.object({ 'postgrest-erp': labelled }) }).parse(parse(file));
  return {
    ...services['postgrest-erp'].labels,
    'traefik.http.services.portfolio-erp-postgrest.loadbalancer.server.port': `${port}`,
  };
}
