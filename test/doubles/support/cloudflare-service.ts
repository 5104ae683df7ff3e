import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bodyOf } from '../../testbed/doubles/parts/body.ts';
import { freePort } from '../../testbed/free-port.ts';
import { account, fullAccessToken, local, secret, state } from './cloudflare-state.ts';
import { type bundled, type Running, until } from './running.ts';

export type CloudflareService = Awaited<ReturnType<typeof startCloudflare>>;

/** Starts the double of Cloudflare with the state of the tests. A test can start connectors. */
export async function startCloudflare(programs: Awaited<ReturnType<typeof bundled>>) {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-cloudflare-'));
  const ports = {
    api: await freePort(),
    edge: await freePort(),
    public: await freePort(),
    ssh: await freePort(),
  };
  const connectors: Running[] = [];
  const file = join(folder, 'state.json');
  writeFileSync(file, JSON.stringify(state));
  const at = (port: number) => `127.0.0.1:${port}`;
  const cloudflare = programs.start('cloudflare', [
    ...['--state', file, '--api', at(ports.api), '--edge', at(ports.edge), '--public', at(ports.public)],
    ...['--tcp', `${at(ports.ssh)}=ssh.bestviable.com`],
  ]);
  await until(cloudflare.written, (text) => text.includes('tcp ssh.bestviable.com on'));
  /** Starts cloudflared, which stops with the service. */
  const tunnel = (...args: string[]): Running => {
    const env = { DOUBLE_EDGE: at(ports.edge), HOME: '/nowhere' };
    const one = programs.start('cloudflared', args, env);
    connectors.push(one);
    return one;
  };
  /** Writes a configuration of the local tunnel, with these rules. @returns its path */
  const configFile = (ingress: string, tunnelSecret = secret): string => {
    const credentials = join(folder, 'it.json');
    const content = { AccountTag: account, TunnelSecret: tunnelSecret, TunnelID: local };
    writeFileSync(credentials, JSON.stringify(content));
    const path = join(folder, 'config.yml');
    writeFileSync(path, `tunnel: ${local}\ncredentials-file: ${credentials}\ningress:\n${ingress}`);
    return path;
  };
  return {
    /** The port for SSH clients. */
    sshPort: ports.ssh,
    /** Base URL for the official API client. */
    apiUrl: `http://${at(ports.api)}/client/v4`,
    tunnel,
    configFile,
    /** Starts the local tunnel, and waits until it is connected. */
    runLocal: async (ingress: string, ...more: readonly string[]) => {
      const metrics = `127.0.0.1:${await freePort()}`;
      const flags = ['--config', configFile(ingress), '--metrics', metrics, '--no-autoupdate'];
      const one = tunnel('tunnel', ...flags, 'run', ...more);
      const ready = () =>
        fetch(`http://${metrics}/ready`).then(
          ({ status }) => status,
          () => 0,
        );
      await until(ready, (status) => status === 200);
      return { one, metrics };
    },
    /** Returns the answer to a public request. */
    visit: async (host: string, path = '/', method = 'GET', body = '') => {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        request({ host: '127.0.0.1', port: ports.public, path, method, headers: { host } }, resolve)
          .on('error', reject)
          .end(body);
      });
      return { status: answer.statusCode, headers: answer.headers, text: await bodyOf(answer) };
    },
    /** Sends a call such as `GET /zones`, or `POST /double/faults`, which controls the double. */
    api: async (call: string, { token = fullAccessToken, body }: { token?: string; body?: unknown } = {}) => {
      const [method = 'GET', path = ''] = call.split(' ');
      const base = path.startsWith('/double') ? '' : '/client/v4';
      const answer = await fetch(`http://${at(ports.api)}${base}${path}`, {
        method,
        headers: token === '' ? {} : { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const retryAfter = answer.headers.get('retry-after');
      return { status: answer.status, retryAfter, ...JSON.parse(await answer.text()) };
    },
    cut: () => cloudflare.stop(),
    stop: async () => {
      await Promise.all([...connectors, cloudflare].map((one) => one.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
