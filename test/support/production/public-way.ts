import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import {
  account,
  fullAccessToken,
  local,
  remote,
  secret,
  state,
  zone,
} from '../../doubles/support/cloudflare-state.ts';
import { bundled, until } from '../../doubles/support/running.ts';
import { freePort } from '../../testbed/free-port.ts';
import { pins } from '../../testbed/images/pins.ts';
import type { Machine } from '../../testbed/machine/machine.ts';
import { bridgeAddress, networks } from '../../testbed/networks.ts';

const publicHost = 'erp-db.bestviable.com';

/** Folder of cloudflared's `config.yml` on the production host. */
export const tunnelFolder = '/home/david/cloudflared';

/** The text of that `config.yml`, as a user wrote it by hand. */
export const configText = `# the production host's own tunnel
tunnel: ${local}
credentials-file: /etc/cloudflared/it.json

ingress:
  - hostname: n8n.bestviable.com   # keep
    service: http://n8n:5678
  - hostname: ssh.bestviable.com
    service: ssh://172.17.0.1:22

  # everything else
  - service: http_status:404
`;

type Json = Record<string, unknown>;

/**
 * Starts the Cloudflare double on this machine. The result can also start Traefik and cloudflared on the production
 * host of the test.
 */
export async function startCloudflareDouble(machine: Machine) {
  const programs = await bundled();
  // The address at which the machines of the testbed reach this one.
  const bridge = await bridgeAddress(networks.open);
  const folder = mkdtempSync(join(inject('testRun'), 'public-way-'));
  const [api, edge, web, ssh] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const [cert, key] = certificate(folder, publicHost);
  const initial = { ...state, dns: state.dns.filter(({ id }) => id !== 'r1') };
  writeFileSync(join(folder, 'state.json'), JSON.stringify(initial));
  const running = programs.start('cloudflare', [
    ...['--state', join(folder, 'state.json'), '--api', `127.0.0.1:${api}`, '--edge', `${bridge}:${edge}`],
    ...['--public', `127.0.0.1:${web}`, '--cert', cert, '--key', key],
    ...['--tcp', `127.0.0.1:${ssh}=ssh.bestviable.com`],
  ]);
  await until(running.written, (text) => text.includes('tcp ssh.bestviable.com on'));
  const callDoubleApi = async (call: string, body?: unknown): Promise<Json> => {
    const [method = 'GET', path = ''] = call.split(' ');
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${api}/double${path}`, { method, ...sent });
    return JSON.parse(await answer.text());
  };
  const token = join(folder, 'token');
  writeFileSync(token, `${fullAccessToken}\n`, { mode: 0o600 });
  const docker = ['run', '--detach', '--restart', 'unless-stopped', '--network', 'portfolio-network'];
  const cloudflared = [...docker, '--env', `DOUBLE_EDGE=${bridge}:${edge}`];
  // curl sends requests for the public name to the double, and trusts its certificate.
  writeFileSync(
    join(folder, '.curlrc'),
    `connect-to = "${publicHost}:443:127.0.0.1:${web}"\ncacert = "${cert}"\nnoproxy = "*"\n`,
  );
  return {
    /** Folder of the `.curlrc`: a value for `CURL_HOME`. */
    curlHome: folder,
    /** Path of a file with a token that has all rights. */
    token,
    sshPort: ssh,
    /** Secrets that may appear only in their files and in the environment of cloudflared. */
    secrets: [fullAccessToken, secret],
    /** Environment with which the program uses the API of the double, and trusts its certificate. */
    env: { NODE_EXTRA_CA_CERTS: cert, CLOUDFLARE_BASE_URL: `http://127.0.0.1:${api}/client/v4` },
    settings: (container = 'cloudflared') =>
      `cloudflare:\n  container: ${container}\n  api-token-file: ${token}\n  connect-to: 127.0.0.1:${web}\n`,
    callDoubleApi,
    /** Calls the API as another user would. */
    api: (method: 'PUT', path: string, body: unknown) =>
      fetch(`http://127.0.0.1:${api}/client/v4${path}`, {
        method,
        headers: { authorization: `Bearer ${fullAccessToken}` },
        body: JSON.stringify(body),
      }),
    state: () => callDoubleApi('GET /state'),
    /** Replaces the state of the double with the result of `change`. */
    updateState: async (change: (state: Json) => Json) =>
      callDoubleApi('PUT /state', change(await callDoubleApi('GET /state'))),
    /** Starts Traefik, published on port 80 of the production host. */
    startTraefik: async (...more: readonly string[]) => {
      const socket = '/var/run/docker.sock:/var/run/docker.sock:ro';
      const options = ['--name', 'traefik', '--publish', '80:80', '--volume', socket];
      const providers = ['--providers.docker=true', '--providers.docker.exposedbydefault=false'];
      await machine.docker(
        ...[...docker, ...options, pins.traefik, '--entrypoints.web.address=:80', ...providers, ...more],
      );
    },
    /**
     * Starts cloudflared with a configuration file. `config.yml` is a link to that file, which belongs to a user other
     * than the operator.
     * @param alone whether only the file is mounted, and not its folder
     */
    startLocal: async ({ alone = false } = {}) => {
      const credentials = JSON.stringify({ AccountTag: account, TunnelSecret: secret, TunnelID: local });
      await machine.run(['mkdir', '-p', tunnelFolder]);
      await machine.run(['tee', `${tunnelFolder}/it.json`], { input: credentials });
      await machine.run(['tee', `${tunnelFolder}/main.yml`], { input: configText });
      await machine.run(['ln', '-sf', 'main.yml', `${tunnelFolder}/config.yml`]);
      await machine.run(['chown', '-R', '1234:4321', tunnelFolder]);
      await machine.run(['chmod', '0640', `${tunnelFolder}/main.yml`]);
      await machine.run([
        'sh',
        '-c',
        `chgrp 65532 ${tunnelFolder} ${tunnelFolder}/*; chmod 0750 ${tunnelFolder}`,
      ]);
      const files = alone ? { '/main.yml': '/config.yml', '/it.json': '/it.json' } : { '': '' };
      const volumes = Object.entries(files).flatMap(([here, there]) => [
        '--volume',
        `${tunnelFolder}${here}:/etc/cloudflared${there}:ro`,
      ]);
      await machine.docker(
        ...[...cloudflared, '--name', 'cloudflared', ...volumes],
        ...[pins.cloudflared, 'tunnel', '--config', '/etc/cloudflared/config.yml', 'run'],
      );
    },
    /** Starts cloudflared with a token, so that Cloudflare has its configuration. */
    startRemote: async () => {
      const token = Buffer.from(JSON.stringify({ a: account, t: remote, s: secret })).toString('base64');
      await machine.docker(
        ...[...cloudflared, '--name', 'cloudflared-remote', '--env', `TUNNEL_TOKEN=${token}`],
        ...[pins.cloudflared, 'tunnel', 'run'],
      );
    },
    configOnServer: () => machine.run(['cat', `${tunnelFolder}/config.yml`]),
    stop: async () => {
      await running.stop();
      programs.remove();
    },
    ids: { account, zone, local, remote },
  };
}

export type CloudflareDouble = Awaited<ReturnType<typeof startCloudflareDouble>>;

/** Makes a self-signed certificate for one name. Returns the paths of the certificate and of its key. */
export function certificate(folder: string, name: string): readonly [string, string] {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const words = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '30',
  ];
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  execFileSync('openssl', [...words, ...names, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  readFileSync(cert);
  return [cert, key];
}
