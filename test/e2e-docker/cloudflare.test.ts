import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../doubles/support/running.ts';
import { byExtent, sampleOf } from '../run/sample.ts';
import { journalOf } from '../support/kill/journal.ts';
import { containersIn } from '../support/production/on-docker.ts';
import { type Operator, operator } from '../support/production/operator.ts';
import {
  type CloudflareDouble,
  certificate,
  configText,
  startCloudflareDouble,
  tunnelFolder,
} from '../support/production/public-way.ts';
import { eventsIn } from '../support/program/erp-deploy.ts';
import { problemIn } from '../support/program/problems.ts';
import { shellExamples } from '../support/program/shell-examples.ts';
import { copyOf, put, sharedFinishedWorkspace, textOf } from '../support/workspace/workspace.ts';
import { startServer } from '../testbed/server.ts';

const folder = '/home/david/services/postgres-erp';
const guide = 'docs/system/architecture/SERVICE_DATABASE_INTEGRATION.md';
const rule = '  - hostname: erp-db.bestviable.com\n    service: http://traefik:80\n';
const routed = configText.replace('  # everything else', `${rule}  # everything else`);
const phases = ['--phase', 'production', 'cloudflare'];

let way: CloudflareDouble;
let there: Operator;
let workspace: string;

beforeAll(async () => {
  const { machine } = await startServer({ name: 'tunnel', fresh: true });
  way = await startCloudflareDouble(machine);
  there = await operator({ name: 'tunnel', env: way.env });
  await machine.docker('network', 'create', 'portfolio-network');
  await way.startTraefik();
  await way.startLocal();
  workspace = await sharedFinishedWorkspace({ 'erp-deploy.config.yaml': way.settings() });
}, 400_000);
afterAll(() => way.stop());

const onServer = async (script: string) => (await there.server.machine.run(['sh', '-c', script])).trim();

describe('a tunnel with its own configuration file', () => {
  test('gets the route and the DNS record, and both are tested from outside', async () => {
    const ended = await there.rollOut(workspace, ['--create-env', '--verbose', ...phases]);
    expect(ended).toMatchObject({ exit: 0, stderr: '' });
    expect(ended.stdout).toMatch(
      /^cloudflare +3\.6 +tunnel and route +done +erp-db\.bestviable\.com answers end to end$/m,
    );
    expect(ended.stdout).toMatch(/^cloudflare +3\.7 +verification +done [^(]*$/m);
    expect(ended.stdout).toMatch(
      /note: port 80 of the production host's address [\d.]+ also answers for erp-db\.bestviable\.com, bypassing Cloudflare/,
    );
    expect(await way.configOnServer()).toBe(routed);
    expect(await onServer(`stat -Lc '%u:%g %a' ${tunnelFolder}/config.yml`)).toBe('1234:65532 640');
    expect(await onServer(`readlink ${tunnelFolder}/config.yml`)).toBe('main.yml');
    expect(await onServer(`cat ${folder}/.erp-deploy/tunnel/backup.yml`)).toBe(configText.trim());
    expect(await recordsOfOurs()).toMatchObject([
      { type: 'CNAME', content: `${way.ids.local}.cfargotunnel.com`, proxied: true },
    ]);
  });

  test('is not changed or restarted by a second rollout', async () => {
    const before = await everything();
    const { exit, stdout, stderr } = await there.rollOut(workspace, phases);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^done: 0 done, \d+ unchanged, /m);
    expect(await everything()).toEqual(before);
  });

  test('passes the probe, with and without a token', async () => {
    const { exit, stdout } = await there.run(workspace, ['probe', '--production-host', 'droplet']);
    expect(stdout).toContain('https://erp-db.bestviable.com/erp/people without a token: 401 with code 42501');
    expect(stdout).toContain('https://erp-db.bestviable.com/agent/sessions with a token: 200');
    expect(exit).toBe(0);
  });

  test('is reached with a token of the production host by the commands that the guide prints', async () => {
    const copy = copyOf(workspace);
    const words = ['docs', '--non-interactive', '--production-host', 'droplet'];
    expect(await there.run(copy, words)).toMatchObject({ exit: 0, stderr: '' });
    const [, signs = '', , asks = ''] = shellExamples(textOf(copy, guide), 'Over HTTP: PostgREST');
    expect(asks).toContain(`'https://erp-db.bestviable.com/erp/people?limit=5'`);
    expect(await there.shell(copy, signs + asks, { CURL_HOME: way.curlHome })).toMatch(/^\[.*\]$/);
    const stranger = there.shell(copy, `TOKEN=none\n${asks}`, { CURL_HOME: way.curlHome });
    await expect(stranger).rejects.toMatchObject({ exitCode: 22 });
  });

  test('loses rule and record by a rollback, which keeps every other byte, and gets them again by the next rollout', async () => {
    const words = ['rollback', '--non-interactive', '--production-host', 'droplet', '--only', '3.6'];
    const { exit, stdout, stderr } = await there.run(copyOf(workspace), words);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(await way.configOnServer()).toBe(configText);
    expect(stdout).toMatch(/^cloudflare +3\.6 .* done +undone$/m);
    expect(await recordsOfOurs()).toEqual([]);
    expect(await there.rollOut(workspace, ['--only', '3.6'])).toMatchObject({ exit: 0, stderr: '' });
    expect(await way.configOnServer()).toBe(routed);
    expect(await recordsOfOurs()).toMatchObject([{ type: 'CNAME' }]);
  });
});

/** `npm test` runs only the tests of one tunnel above; `npm run test:all` runs also the following ones. */
const describeMatrix = byExtent<(name: string, body: () => void) => void>({
  usual: () => undefined,
  all: (name, body) => void describe(name, body),
});
const testMatrix = byExtent<(name: string, body: () => Promise<void>) => void>({
  usual: () => undefined,
  all: (name, body) => test(name, body),
});

test('a new configuration whose job ended with a reboot of the production host is tested again, and the backup stays', async () => {
  const tunnel = `${folder}/.erp-deploy/tunnel`;
  // No process has this PID: it is above the maximum of Linux.
  await onServer(`echo pending >${tunnel}/state; echo 4194305 >${tunnel}/pid`);
  const { stdout } = await there.run(workspace, ['plan', '--only', '3.6', '--production-host', 'droplet']);
  expect(stdout).toContain('restart cloudflared');
  expect(await there.rollOut(workspace, ['--only', '3.6'])).toMatchObject({ exit: 0, stderr: '' });
  expect(await way.configOnServer()).toBe(routed);
  expect(await onServer(`cat ${tunnel}/state ${tunnel}/backup.yml`)).toBe(`kept\n${configText.trim()}`);
});

const override = (name: string, yaml: string) =>
  `cd ${folder} && printf '%s' '${yaml}' >/tmp/${name}.yml && docker compose -f docker-compose.yml -f /tmp/${name}.yml up -d --wait postgrest-erp; true`;
const restored = `cd ${folder} && docker compose up -d --wait postgrest-erp`;
const sql = (text: string) => `docker exec postgres-erp psql -U erp_admin -d portfolio -qAtc "${text}"`;
const connected =
  'until docker exec cloudflared cloudflared tunnel --metrics 127.0.0.1:20241 ready 2>/dev/null; do sleep 0.2; done';

interface Breaking {
  readonly hop: string;
  readonly breaks: () => Promise<unknown>;
  readonly repairs: () => Promise<unknown>;
}

const breakings: readonly Breaking[] = [
  {
    hop: 'role and grants',
    breaks: () => onServer(sql('revoke select on erp.people from erp_api')),
    repairs: () => onServer(sql('grant select on erp.people to erp_api')),
  },
  {
    hop: 'schema cache',
    breaks: async () => {
      await onServer(sql("alter table erp.people rename to hidden; notify pgrst, 'reload schema'"));
      await directly((status) => status === 404);
      await onServer(sql('alter table erp.hidden rename to people'));
    },
    repairs: async () => {
      await onServer(sql("notify pgrst, 'reload schema'"));
      await directly((status) => status === 401);
    },
  },
  {
    hop: 'PostgREST',
    breaks: () => onServer('docker stop -t 1 postgrest-erp'),
    repairs: () => onServer(restored),
  },
  {
    hop: 'health',
    breaks: async () => {
      const check =
        '{test: ["CMD", "/bin/postgrest", "--nothing"], interval: 1s, retries: 1, start_period: 0s}';
      await onServer(override('sick', `services: {postgrest-erp: {healthcheck: ${check}}}`));
    },
    repairs: () => onServer(restored),
  },
  {
    hop: 'Traefik route',
    breaks: () =>
      onServer(override('unrouted', 'services: {postgrest-erp: {labels: {traefik.enable: "false"}}}')),
    repairs: () => onServer(restored),
  },
  {
    hop: 'network',
    breaks: () => onServer('docker network disconnect portfolio-network traefik'),
    repairs: () => onServer('docker network connect portfolio-network traefik'),
  },
  {
    hop: 'ingress rule',
    breaks: () => withConfig(configText),
    repairs: () => withConfig(routed),
  },
  {
    hop: 'tunnel connection',
    breaks: () => onServer('docker stop -t 1 cloudflared'),
    repairs: () => onServer(`docker start cloudflared && ${connected}`),
  },
  {
    hop: 'DNS',
    breaks: () => withRecord({ content: 'elsewhere.example.net' }),
    repairs: () => withRecord({ content: `${way.ids.local}.cfargotunnel.com` }),
  },
  {
    hop: 'certificate',
    breaks: async () => {
      const place = dirname(way.token);
      const [other] = certificate(place, 'other.example.net');
      there = await operator({
        name: 'tunnel',
        env: { ...way.env, NODE_EXTRA_CA_CERTS: other },
      });
    },
    repairs: async () => {
      there = await operator({ name: 'tunnel', env: way.env });
    },
  },
  {
    hop: 'Cloudflare Access',
    breaks: () =>
      way.updateState((state) => ({
        ...state,
        access: [{ hostname: 'erp-db.bestviable.com', team: 'someone' }],
      })),
    repairs: () => way.updateState((state) => ({ ...state, access: [] })),
  },
];

describe('probe names a broken hop', () => {
  const table: string[] = [];
  afterAll(() => console.log(['hop broken          verdict of each hop', ...table].join('\n')));

  test.each(sampleOf('broken hops', breakings, { usual: breakings.length }))(
    '$hop',
    async ({ hop, breaks, repairs }) => {
      await breaks();
      try {
        const words = ['probe', '--json', '--production-host', 'droplet'];
        const { exit, stdout } = await there.run(workspace, words);
        const events = eventsIn(stdout);
        const hops = events.filter((event) => event.type === 'hop');
        const short = hops.map(({ name, verdict }) => `${name} ${verdict}`).join(', ');
        table.push(`${hop.padEnd(19)} ${short}`);
        const problem = events.find((event) => event.type === 'problem')?.problem;
        expect({ exit, code: problem?.code, short }).toMatchObject({ exit: 4, code: 'ERP-0670' });
        expect(problem?.what, short).toContain(`: ${hop} is broken`);
        expect(hops).toHaveLength(breakings.length);
      } finally {
        await repairs();
      }
    },
  );

  testMatrix('a redirecting entry point', async () => {
    const anew = (...flags: readonly string[]) =>
      onServer('docker rm -f traefik').then(() => way.startTraefik(...flags));
    await anew(
      '--entrypoints.web.http.redirections.entrypoint.to=websecure',
      '--entrypoints.websecure.address=:443',
    );
    try {
      const { exit, stderr } = await there.run(workspace, ['probe', '--production-host', 'droplet']);
      expect(exit).toBe(4);
      expect(stderr).toMatch(/Traefik route is broken.\n.*traefik redirects \/erp\/people \(30\d\)/);
      expect((await there.rollOut(workspace, ['--only', '3.6'])).exit).toBe(4);
      const failed = journalOf(workspace).findLast((record) => record.type === 'failed');
      const verdicts = failed?.evidence?.map(({ facts }) => facts);
      expect(verdicts).toHaveLength(breakings.length);
      expect(verdicts).toContainEqual({ 'Traefik route': 'broken' });
      expect(verdicts).toContainEqual({ 'ingress rule': 'ok' });
    } finally {
      await anew();
    }
    const probe = () => there.run(workspace, ['probe', '--production-host', 'droplet']);
    await until(probe, ({ exit }) => exit === 0);
  });

  test('and succeeds after the repair', async () => {
    const { exit, stderr } = await there.run(workspace, ['probe', '--production-host', 'droplet']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });
});

describeMatrix('objects of another user', () => {
  const elsewhere = routed.replace('http://traefik:80', 'http://old-api:8080 # since 2023');

  test('a route to another service is shown, and replaced only with separate approval', async () => {
    // If only the file is mounted, the container keeps the old file after it was replaced by renaming.
    await onServer('docker rm -f cloudflared');
    await way.startLocal({ alone: true });
    await withConfig(elsewhere);
    const refused = await there.rollOut(workspace, ['--only', '3.6']);
    expect({ exit: refused.exit, code: problemIn(refused.stderr).code }).toEqual({
      exit: 2,
      code: 'ERP-0302',
    });
    expect(refused.stderr).toContain('--replace-route');
    expect(await way.configOnServer()).toBe(elsewhere);
    expect(await there.rollOut(workspace, ['--only', '3.6', '--replace-route'])).toMatchObject({ exit: 0 });
    expect(await way.configOnServer()).toBe(
      routed.replace('http://traefik:80', 'http://traefik:80 # since 2023'),
    );
  });

  test('another DNS record is shown, and replaced only with separate approval', async () => {
    await withRecord({ type: 'A', content: '192.0.2.7', proxied: false });
    const refused = await there.rollOut(workspace, ['--only', '3.6']);
    expect({ exit: refused.exit, code: problemIn(refused.stderr).code }).toEqual({
      exit: 2,
      code: 'ERP-0302',
    });
    expect(refused.stderr).toContain('--replace-dns');
    expect(await recordsOfOurs()).toMatchObject([{ type: 'A', content: '192.0.2.7' }]);
    expect(await there.rollOut(workspace, ['--only', '3.6', '--replace-dns'])).toMatchObject({ exit: 0 });
    expect(await recordsOfOurs()).toMatchObject([{ type: 'CNAME', proxied: true }]);
  });

  test('both are restored by a rollback', async () => {
    await withConfig(elsewhere);
    await withRecord({ type: 'A', content: '192.0.2.7', proxied: false });
    const both = ['--only', '3.6', '--replace-route', '--replace-dns'];
    expect(await there.rollOut(workspace, both)).toMatchObject({ exit: 0, stderr: '' });
    const words = ['rollback', '--non-interactive', '--production-host', 'droplet', '--only', '3.6'];
    expect(await there.run(copyOf(workspace), words)).toMatchObject({ exit: 0, stderr: '' });
    expect(await recordsOfOurs()).toMatchObject([{ type: 'A', content: '192.0.2.7', proxied: false }]);
    expect(await way.configOnServer()).toBe(elsewhere);
    expect(await there.rollOut(workspace, both)).toMatchObject({ exit: 0, stderr: '' });
  });

  test('a container that uses a name of the routes is named', async () => {
    await onServer(
      "docker run -d --name other --label traefik.http.routers.portfolio-erp-erp.rule='Host(`x`)' --entrypoint sleep pgvector/pgvector:0.8.6-pg17-bookworm 600",
    );
    try {
      await withConfig(configText);
      const opened = await there.rollOut(workspace, ['--only', '3.6']);
      expect({ exit: opened.exit, code: problemIn(opened.stderr).code }).toEqual({
        exit: 3,
        code: 'ERP-0663',
      });
      expect(await way.configOnServer(), 'the way is not opened').toBe(configText);
      await onServer('docker stop -t 1 postgrest-erp');
      const { exit, stderr } = await there.rollOut(workspace, phases);
      expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0663' });
      expect(stderr).toContain('other: router portfolio-erp-erp');
    } finally {
      await onServer(`docker rm -f other; ${restored}`);
      await withConfig(routed);
    }
  });
});

describeMatrix('a tunnel that is configured at Cloudflare', () => {
  const ours = { hostname: 'erp-db.bestviable.com', service: 'http://traefik:80' };
  const other = {
    hostname: 'n8n.bestviable.com',
    service: 'http://n8n:5678',
    originRequest: { noTLSVerify: true },
  };
  const catchAll = { service: 'http_status:404' };
  const remote = () => put(workspace, 'erp-deploy.config.yaml', way.settings('cloudflared-remote'));

  test('gets the route among its others, and the DNS record', async () => {
    await onServer('docker rm -f cloudflared');
    await way.startRemote();
    remote();
    const flags = [...phases, '--replace-dns'];
    expect(await there.rollOut(workspace, flags)).toMatchObject({ exit: 0, stderr: '' });
    expect(await remoteRules()).toEqual([ours, catchAll]);
    expect(await recordsOfOurs()).toMatchObject([{ content: `${way.ids.remote}.cfargotunnel.com` }]);
  });

  test('is not changed by a second rollout', async () => {
    const before = await everything();
    const { exit, stdout } = await there.rollOut(workspace, phases);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^done: 0 done, \d+ unchanged, /m);
    expect(await everything()).toEqual(before);
  });

  test('every item about production and the public URL is checked off by evidence, or open with a reason', async () => {
    const { stdout } = await there.run(workspace, ['checklist', '--json', '--production-host', 'droplet']);
    const boxes = eventsIn(stdout).filter((event) => event.type === 'item');
    const production = boxes.filter(({ item: box }) => box?.startsWith('3.'));
    expect(production).toHaveLength(31);
    expect(production.filter(({ state }) => state !== 'ticked')).toEqual([]);
    for (const { summary, line } of boxes) expect(summary, `line ${line}`).not.toBe('');
  });

  test('loses the route by a rollback, which restores the earlier DNS record', async () => {
    const words = ['rollback', '--non-interactive', '--production-host', 'droplet', '--only', '3.6'];
    expect(await there.run(copyOf(workspace), words)).toMatchObject({ exit: 0, stderr: '' });
    const { tunnels } = await way.state();
    const bare = { ingress: [{ service: 'http_status:404' }] };
    expect(tunnels).toContainEqual(expect.objectContaining({ id: way.ids.remote, version: 5, config: bare }));
    expect(await recordsOfOurs()).toMatchObject([{ content: `${way.ids.local}.cfargotunnel.com` }]);
    const flags = ['--only', '3.6', '--replace-dns'];
    expect(await there.rollOut(workspace, flags)).toMatchObject({ exit: 0, stderr: '' });
  });

  test('gets one DNS record, even if the answer to the first attempt is lost', async () => {
    await way.updateState((state) => ({ ...state, dns: othersIn(state.dns) }));
    await way.callDoubleApi('POST /faults', { method: 'POST', path: 'dns_records', cut: 'after' });
    expect((await there.rollOut(workspace, ['--only', '3.6'])).exit).toBe(4);
    expect(await there.rollOut(workspace, ['--only', '3.6'])).toMatchObject({ exit: 0, stderr: '' });
    expect(await recordsOfOurs()).toHaveLength(1);
  });

  test.each([
    ['a fault of 500', { status: 500 }],
    ['a connection that is cut before', { cut: 'before' }],
    ['a connection that is cut after', { cut: 'after' }],
  ])('loses nothing after %s, and the rollout can be repeated', async (_, fault) => {
    await withRemoteRules([other, catchAll]);
    await way.callDoubleApi('POST /faults', { method: 'PUT', path: 'configurations', ...fault });
    expect((await there.rollOut(workspace, ['--only', '3.6'])).exit).toBe(4);
    expect(await there.rollOut(workspace, ['--only', '3.6'])).toMatchObject({ exit: 0, stderr: '' });
    expect(await remoteRules()).toEqual([other, ours, catchAll]);
  });

  test('shows the change that another user made at the same moment, and that was overwritten', async () => {
    await withRemoteRules([catchAll]);
    await way.callDoubleApi('POST /faults', { method: 'PUT', path: 'configurations', change: true });
    const { exit, stderr } = await there.rollOut(workspace, ['--only', '3.6']);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0658' });
    expect(stderr).toMatch(/meanwhile-\d+\.example\.com/);
    expect(await there.rollOut(workspace, ['--only', '3.6'])).toMatchObject({ exit: 0, stderr: '' });
  });

  test('is refused without an API token, and each missing right of a token is named', async () => {
    const settings = way.settings('cloudflared-remote');
    put(workspace, 'erp-deploy.config.yaml', settings.replace(/^.*api-token-file.*\n/m, ''));
    const without = await there.rollOut(workspace, ['--only', '3.6']);
    expect({ exit: without.exit, code: problemIn(without.stderr).code }).toEqual({
      exit: 3,
      code: 'ERP-0653',
    });
    const weak = join(dirname(way.token), 'weak');
    writeFileSync(weak, 'a-token-that-may-read-zones', { mode: 0o600 });
    const lacking = await there.rollOut(workspace, ['--only', '3.6', '--cloudflare-token-file', weak]);
    expect({ exit: lacking.exit, code: problemIn(lacking.stderr).code }).toEqual({
      exit: 3,
      code: 'ERP-0654',
    });
    chmodSync(weak, 0o644);
    const open = await there.rollOut(workspace, ['--only', '3.6', '--cloudflare-token-file', weak]);
    expect({ exit: open.exit, code: problemIn(open.stderr).code }).toEqual({ exit: 2, code: 'ERP-0134' });
    for (const right of ['DNS:Read', 'DNS:Edit', 'Cloudflare Tunnel:Read', 'Cloudflare Tunnel:Edit'])
      expect(lacking.stderr).toContain(right);
    remote();
  });
});

test('neither token appears in the journal, a log or an argument list', async () => {
  const logs = join(workspace, '.erp-deploy/logs');
  const texts = [
    readFileSync(join(workspace, '.erp-deploy/journal.jsonl'), 'utf8'),
    ...readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8')),
    await onServer(`cat ${folder}/.erp-deploy/tunnel/job.log`),
  ];
  for (const secret of way.secrets) for (const text of texts) expect(text).not.toContain(secret);
});

describeMatrix(
  'cloudflared that does not start again, while the SSH connection of the operator uses its tunnel',
  () => {
    test('gets its old configuration back within two minutes, and the problem gives the reason', async () => {
      await onServer('docker rm -f cloudflared-remote');
      await way.startLocal();
      await onServer(connected);
      put(workspace, 'erp-deploy.config.yaml', way.settings());
      const known = join(dirname(way.token), 'known');
      const keys = readFileSync(there.server.knownHostsFile, 'utf8');
      writeFileSync(known, keys.replaceAll(`:${there.server.port} `, `:${way.sshPort} `));
      const remote = await operator({ name: 'tunnel', known, env: way.env, ssh: [`Port ${way.sshPort}`] });
      const since = `${folder}/.erp-deploy/tunnel/since`;
      const { running } = there.server.machine.start([
        'sh',
        '-c',
        `rm -f ${since}; while :; do if [ -s ${since} ] && grep -q erp-db ${tunnelFolder}/config.yml; then docker stop -t 0 cloudflared; fi; sleep 0.2; done`,
      ]);
      try {
        const { exit, stderr } = await remote.rollOut(workspace, ['--only', '3.6', '--replace-dns']);
        expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0660' });
        expect(stderr).toContain(
          'within 90 s that cloudflared is connected: the old configuration was restored',
        );
      } finally {
        running.kill();
      }
      expect(await way.configOnServer()).toBe(configText);
      const took = await onServer(
        `echo $(( $(stat -c %Y ${folder}/.erp-deploy/tunnel/state) - $(date -d "$(cat ${since})" +%s) ))`,
      );
      expect(Number(took)).toBeLessThan(120);
      // Through the tunnel itself.
      const { stdout } = await remote.run(workspace, [
        'plan',
        '--only',
        '3.6',
        '--production-host',
        'droplet',
      ]);
      expect(stdout).toContain('restart cloudflared');
    }, 400_000);
  },
);

async function directly(holds: (status: number) => boolean) {
  const port = await there.server.machine.forward(3000);
  const headers = { 'accept-profile': 'erp' };
  const status = async () => (await fetch(`http://127.0.0.1:${port}/people?limit=0`, { headers })).status;
  await until(status, holds);
}

async function withConfig(text: string) {
  await there.server.machine.run(['tee', `${tunnelFolder}/config.yml`], { input: text });
  await onServer(`docker restart -t 1 cloudflared && ${connected}`);
}

/** Replaces the rules of the tunnel that is configured at Cloudflare; they apply immediately. */
async function withRemoteRules(ingress: readonly object[]) {
  const at = `/accounts/${way.ids.account}/cfd_tunnel/${way.ids.remote}/configurations`;
  await way.api('PUT', at, { config: { ingress } });
}

async function remoteRules(): Promise<unknown> {
  const { tunnels } = await way.state();
  const all = Array.isArray(tunnels) ? tunnels : [];
  return all.find(({ id }) => id === way.ids.remote)?.config.ingress;
}

async function withRecord(change: object) {
  await way.updateState((state) => {
    const dns = Array.isArray(state.dns) ? state.dns : [];
    return {
      ...state,
      dns: dns.map((one) => (one.name === 'erp-db.bestviable.com' ? { ...one, ...change } : one)),
    };
  });
}

/** Returns the records that erp-deploy did not create. */
function othersIn(dns: unknown): readonly unknown[] {
  return Array.isArray(dns) ? dns.filter(({ name }) => name !== 'erp-db.bestviable.com') : [];
}

async function recordsOfOurs(): Promise<readonly unknown[]> {
  const { dns } = await way.state();
  return Array.isArray(dns) ? dns.filter(({ name }) => name === 'erp-db.bestviable.com') : [];
}

async function everything() {
  return {
    containers: await containersIn(there.server.machine),
    config: await onServer(`stat -Lc '%i %Y %Z' ${tunnelFolder}/config.yml`),
    state: await way.state(),
  };
}
