import { createHash } from 'node:crypto';
import { defaultContainers } from '../../src/config/containers.ts';
import type { CloudflareApi } from '../../src/domain/ports/cloudflare.ts';
import { FileFault } from '../../src/domain/ports/files.ts';
import type { Host } from '../../src/domain/ports/host.ts';
import type { PublicWeb } from '../../src/domain/ports/http.ts';
import type { Context } from '../../src/workspace/context.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { contextWith } from '../support/program/step-context.ts';

/** How cloudflared runs on a fake production host; omitted properties have usual values. */
export interface Cloudflared {
  /** Its configuration file. */
  readonly file?: string;
  /** Arguments in place of `tunnel --config … run`. */
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  readonly api?: CloudflareApi;
  readonly addresses?: PublicWeb['addresses'];
  readonly connectTo?: string;
  /** Tables of the workspace's migrations, qualified. */
  readonly tables?: readonly string[];
  /** Results of cloudflared's validation of a configuration before and after a change. */
  readonly validated?: readonly (readonly [exit: number, output: string])[];
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const usualFile = 'tunnel: droplet\ningress:\n  - service: http_status:404\n';
export const usualArgs = ['tunnel', '--config', '/etc/cloudflared/config.yml', 'run'];

/** Returns the answer of the production host to a command with these arguments. */
function answersOf({
  file = usualFile,
  args = usualArgs,
  env = [],
  validated = [],
}: Cloudflared): readonly (readonly [RegExp, string])[] {
  const inspected = {
    Id: 'abc',
    Image: 'sha256:1',
    Path: 'cloudflared',
    Args: args,
    State: { Status: 'running', StartedAt: '2026-11-23T00:00:00Z' },
    Config: { Env: env, User: '', WorkingDir: '' },
    Mounts: [{ Source: '/srv/tunnel', Destination: '/etc/cloudflared' }],
    NetworkSettings: { Networks: {} },
  };
  const sha256 = createHash('sha256').update(file).digest('hex');
  const bytes = base64(file);
  return [
    [/ls .*cloudflared/, 'abc\n'],
    [/inspect (?:abc|cloudflared)$/, JSON.stringify([inspected])],
    [/--volumes-from/, `/etc/cloudflared/config.yml\n0\n${sha256}\n${bytes}`],
    [/^readlink/, '/srv/tunnel/config.yml\n'],
    [/image ls/, 'sha256:2\n'],
    [/compare/, validated.map(([exit, output]) => `${exit}\n${base64(`${output}\n`)}\n`).join('')],
  ];
}

/** A host without the folder of the deployment, in which no command can run. */
function openHost(answers: ReturnType<typeof answersOf>): Host {
  const run: Host['processes']['run'] = async (argv, cwd) => {
    if (cwd !== null) throw new FileFault('enter the folder', cwd, 'ENOENT');
    const words = argv.join(' ');
    const stdout = answers.find(([question]) => question.test(words))?.[1] ?? '';
    return { exitCode: 0, stdout, stderr: '', notFound: false };
  };
  const files = new MemoryFiles();
  const host: Partial<Host> = { id: 'production', name: 'droplet', processes: { run }, files };
  // Omitted parts do not exist: a check that uses one fails, and the test with it.
  return host as Host;
}

/** Returns a context whose production host runs only cloudflared. */
export function contextOf(cloudflared: Cloudflared): Context {
  const { api = null, addresses = async () => ['192.0.2.7'], connectTo, tables = [] } = cloudflared;
  const objects = tables.map((name) => ({ kind: 'table', name }));
  const host = openHost(answersOf(cloudflared));
  const stack = { host, folder: '.', target: 'production', containers: defaultContainers };
  const where = { container: 'cloudflared', service: 'http://traefik:80', traefik: 'traefik' };
  return contextWith({
    // Both are cast, because they have only the properties that the step reads.
    config: {
      publicHost: 'erp-db.bestviable.com',
      cloudflare: { ...where, ...(connectTo === undefined ? {} : { connectTo }) },
    } as never,
    cloudflare: api,
    production: { stack } as never,
    assets: {
      read: async (name) =>
        name.endsWith('.sql') ? 'select 1;' : 'services:\n  postgres-erp:\n    image: pgvector\n',
    },
    files: new MemoryFiles(),
    // Cast as well, because only the names of the objects are read.
    catalogs: { after: async () => ({ objects }) } as never,
    web: { addresses, get: () => Promise.reject(new Error('not asked')) },
    signal: new AbortController().signal,
  });
}
