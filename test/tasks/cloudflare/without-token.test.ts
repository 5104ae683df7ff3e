import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FileFault, type Host, NetworkFault, type PublicWeb } from '../../../src/domain/ports.ts';
import { tunnelAndRoute } from '../../../src/tasks/cloudflare/3.6-tunnel-and-route.ts';
import { contextWith } from '../../support/step-context.ts';

const file = 'tunnel: droplet\ningress:\n  - service: http_status:404\n';
const cloudflared = {
  Id: 'abc',
  Image: 'sha256:1',
  Path: 'cloudflared',
  Args: ['tunnel', '--config', '/etc/cloudflared/config.yml', 'run'],
  State: { Status: 'running', StartedAt: '2026-11-23T00:00:00Z' },
  Config: { Env: [], User: '', WorkingDir: '' },
  Mounts: [{ Source: '/srv/tunnel', Destination: '/etc/cloudflared' }],
  NetworkSettings: { Networks: {} },
};
const sha256 = createHash('sha256').update(file).digest('hex');
const bytes = Buffer.from(file).toString('base64');

/** What a droplet answers on which cloudflared runs by its own file, and nothing else; by a word of the question. */
const answers: readonly (readonly [RegExp, string])[] = [
  [/ls .*cloudflared/, 'abc\n'],
  [/inspect abc/, JSON.stringify([cloudflared])],
  [/--volumes-from/, `/etc/cloudflared/config.yml\n0\n${sha256}\n${bytes}`],
  [/^readlink/, '/srv/tunnel/config.yml\n'],
  [/image ls/, 'sha256:2\n'],
];

/** A host without the deployment's folder: nothing can run in it. */
function droplet(): Host {
  const run: Host['processes']['run'] = async (argv, cwd) => {
    if (cwd !== null) throw new FileFault('enter the folder', cwd, 'ENOENT');
    const words = argv.join(' ');
    const stdout = answers.find(([question]) => question.test(words))?.[1] ?? '';
    return { exitCode: 0, stdout, stderr: '', notFound: false };
  };
  const host: Partial<Host> = { id: 'droplet', name: 'droplet', processes: { run } };
  // What is left out is not there: a look that asks for it fails, and the test with it.
  return host as Host;
}

function look(addresses: PublicWeb['addresses'], connectTo?: string) {
  const stack = { host: droplet(), folder: '.', target: 'production' };
  const where = { container: 'cloudflared', service: 'http://traefik:80', traefik: 'traefik' };
  // Both are cast: there is of them what the step reads, and no more.
  const context = contextWith({
    config: {
      publicHost: 'erp-db.bestviable.com',
      cloudflare: { ...where, ...(connectTo === undefined ? {} : { connectTo }) },
    } as never,
    cloudflare: null,
    production: { stack } as never,
    assets: { read: async () => 'services:\n  postgres-erp:\n    image: pgvector\n' },
    web: { addresses, get: () => Promise.reject(new Error('not asked')) },
    signal: new AbortController().signal,
  });
  return tunnelAndRoute.check(context);
}

describe('a tunnel that goes by its own file, without a token for Cloudflare’s API', () => {
  test('is left as it is where DNS has no address for the name: what to do is said beforehand', async () => {
    const found = await look(async () => []);
    expect(found).toMatchObject({ state: 'blocked', problem: { code: 'ERP-0665', exit: 3 } });
  });

  const missing = { state: 'missing', findings: [{ what: '/srv/tunnel/config.yml' }] };

  test('gets its route where the name has an address, on a server that has nothing of ours yet', async () => {
    expect(await look(async () => ['192.0.2.7'])).toMatchObject(missing);
  });

  test('gets its route where no resolver answers, or another address is asked than DNS says', async () => {
    const fault = () => Promise.reject(new NetworkFault('erp-db.bestviable.com', 'ETIMEOUT'));
    expect(await look(fault)).toMatchObject(missing);
    expect(await look(fault, '127.0.0.1:443')).toMatchObject(missing);
  });
});
