/**
 * A double of Cloudflare: its API and its edge in one program. Flags: `--state FILE` (JSON, see state.ts), `--api
 * HOST:PORT`, `--edge HOST:PORT` (where the double of cloudflared dials), `--public HOST:PORT` (the public side; with
 * `--cert FILE --key FILE` it speaks TLS), and any number of `--tcp HOST:PORT=NAME` (see tcp.ts). Prints the address of
 * each on stdout.
 */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { parseArgs } from 'node:util';
import { double } from '../parts/double.ts';
import { createApi } from './api.ts';
import { createEdge } from './edge.ts';
import { createFaults } from './faults.ts';
import { createPublic } from './public.ts';
import { stateSchema } from './state.ts';
import { createTcpAccess } from './tcp.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    state: text,
    api: text,
    edge: text,
    public: text,
    cert: text,
    key: text,
    tcp: { type: 'string', multiple: true },
  },
});
const fileText = (path: string) => readFileSync(path, 'utf8');

console.log(`Cloudflare's API and edge (${double})`);
const state = stateSchema.parse(values.state === undefined ? {} : JSON.parse(fileText(values.state)));
const edge = createEdge(state);
const certificate =
  values.cert === undefined || values.key === undefined
    ? undefined
    : { cert: fileText(values.cert), key: fileText(values.key) };
await open('api', createApi(state, edge, createFaults()), values.api ?? '127.0.0.1:8787');
await open('edge', edge.server, values.edge ?? '127.0.0.1:7844');
await open('public', createPublic(state, edge, certificate), values.public ?? '127.0.0.1:8443');
for (const one of values.tcp ?? []) {
  const [at = '', name = ''] = one.split('=');
  await open(`tcp ${name}`, createTcpAccess(state, edge, name), at);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));

async function open(what: string, server: Server, at: string): Promise<void> {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(at) ?? [];
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(Number(port), host, resolve),
  );
  const address = server.address();
  if (address !== null && typeof address !== 'string')
    console.log(`${what} on ${address.address}:${address.port}`);
}
