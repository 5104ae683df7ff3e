import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { containersWith, type GivenContainers } from '../../../src/config/containers.ts';
import { defaultConfig } from '../../../src/config/default-config.ts';
import { mergedCompose } from '../../../src/containers/compose/desired-compose.ts';
import { readCompose } from '../../../src/containers/compose/read-compose.ts';
import { renderCompose } from '../../../src/containers/compose/render-compose.ts';
import { checksumOf } from '../../../src/database/checksum.ts';

const packaged = readFileSync(
  join(import.meta.dirname, '../../../assets/compose/docker-compose.yml'),
  'utf8',
);

/** Returns the settings of a configuration together with a compose file. */
function settingsFor(given: Partial<GivenContainers>, theirs = packaged) {
  const asked = { database: {}, api: {}, ...given };
  const containers = containersWith(readCompose(theirs)?.containers ?? { database: {}, api: {} }, asked);
  return { ...defaultConfig, containers };
}

const merged = (theirs: string, given: Partial<GivenContainers> = {}) =>
  mergedCompose(packaged, theirs, settingsFor(given, theirs));

describe('without a file', () => {
  test('the defaults result in the compose file of the package', () => {
    expect(mergedCompose(packaged, null, defaultConfig).text).toBe(packaged);
  });

  test('names of the database, its owner and the public host appear wherever they are used', () => {
    const settings = { database: { name: 'on', user: 'ada' }, publicHost: 'db.example.org' };
    const { text } = mergedCompose(packaged, null, { ...defaultConfig, ...settings });
    const { services } = parse(text);
    expect(services['postgres-erp'].environment).toMatchObject({ POSTGRES_USER: 'ada', POSTGRES_DB: 'on' });
    expect(services['postgres-erp'].healthcheck.test.slice(-4)).toEqual(['-U', 'ada', '-d', 'on']);
    expect(services['postgrest-erp'].environment.PGRST_DB_URI).toMatch(/@postgres-erp:5432\/on$/);
    expect(text).not.toMatch(/erp_admin|[/ "]portfolio[\s"]|bestviable/);
    expect(text.match(/Host\(`db\.example\.org`\)/g)).not.toBeNull();
  });

  test('every setting of the containers is in the file, and is read back from it', () => {
    const given = {
      database: {
        name: 'db-erp',
        image: `registry.example.com:5000/pgvector:pg17@sha256:${'a'.repeat(64)}`,
        port: 5433,
        memory: 512 * 1024 ** 2,
        nanoCpus: 1_500_000_000,
        settings: { shared_buffers: '128MB', log_line_prefix: '%m [%p] %q%a ' },
      },
      api: { name: 'api-erp', image: 'postgrest/postgrest:v14.20', port: 3100, memory: 1_000_000 },
      network: 'shop',
    };
    const settings = settingsFor(given);
    const text = renderCompose(packaged, settings);
    expect(containersWith(readCompose(text)?.containers ?? { database: {}, api: {} })).toEqual(
      settings.containers,
    );
    const { services, networks } = parse(text);
    expect(services['postgres-erp']).toMatchObject({
      container_name: 'db-erp',
      ports: ['127.0.0.1:5433:5432'],
      mem_limit: '512m',
      cpus: 1.5,
      networks: ['shop'],
    });
    expect(services['postgres-erp'].command).toEqual(
      expect.arrayContaining(['shared_buffers=128MB', 'max_connections=40', 'log_line_prefix=%m [%p] %q%a ']),
    );
    expect(services['postgrest-erp'].labels['traefik.docker.network']).toBe('shop');
    expect(networks).toEqual({ shop: { external: true, name: 'shop' } });
  });
});

describe('a file from before the containers were hardened', () => {
  const earlier = renderCompose(packaged, {
    ...defaultConfig,
    containers: containersWith({ database: {}, api: {}, hardened: false }),
  });

  test('is the one that earlier versions wrote', () => {
    expect(checksumOf(earlier)).toBe('e22b74092a0865c06eee6d52f6b1421f1a902c076893e5647f8f1803b9eec7e9');
  });

  test('stays, byte for byte, and counts as written by erp-deploy', () => {
    expect(merged(earlier)).toMatchObject({ text: earlier, isOurs: true, changesOfUser: [] });
  });

  test('becomes the one of this version if the configuration asks for it', () => {
    expect(merged(earlier, { hardened: true })).toMatchObject({ text: packaged, isOurs: true });
  });

  test('keeps the changes of the user while it is hardened', () => {
    const changed = earlier.replace('    shm_size: 64m\n', '    shm_size: 128m\n    stop_signal: SIGINT\n');
    const { text, isOurs, leftOut } = merged(changed, { hardened: true });
    const expected = packaged.replace('    shm_size: 64m\n', '    shm_size: 128m\n    stop_signal: SIGINT\n');
    expect({ text, isOurs, leftOut }).toEqual({ text: expected, isOurs: false, leftOut: [] });
  });

  test('is not hardened at keys that the user wrote: these lines are left out, and named', () => {
    const changed = earlier.replace('    shm_size: 64m\n', '    shm_size: 64m\n    stop_grace_period: 50s\n');
    const { text, leftOut } = merged(changed, { hardened: true });
    expect(text).toBe(changed);
    expect(leftOut).toContain('    stop_grace_period: 1m');
  });

  test('becomes identical to the file of this version if the configuration asks for it', () => {
    const containers = containersWith({ database: {}, api: {}, hardened: false });
    const { services } = parse(mergedCompose(packaged, null, { ...defaultConfig, containers }).text);
    expect(services['postgres-erp']).not.toHaveProperty('read_only');
    expect(services['postgres-erp'].environment).not.toHaveProperty('POSTGRES_INITDB_ARGS');
  });
});

describe('a hardened file', () => {
  test('stays hardened if the user removed a part of it', () => {
    const changed = packaged.replace(/ {4}# PostgreSQL writes only[\s\S]*?size=1m\n/, '');
    expect(changed).not.toBe(packaged);
    expect(merged(changed)).toMatchObject({ text: changed, isOurs: false });
    expect(readCompose(changed)?.containers.hardened).toBe(true);
  });
});

describe('a file that the user changed', () => {
  const changed = packaged
    .replace('127.0.0.1:5432:5432', '127.0.0.1:5433:5432')
    .replace('    restart: unless-stopped\n', '    restart: unless-stopped\n    stop_signal: SIGINT\n');

  test('is kept byte for byte if no setting asks for something else', () => {
    const { text, changesOfUser } = merged(changed);
    expect(text).toBe(changed);
    expect(changesOfUser).toEqual(expect.arrayContaining(['+    stop_signal: SIGINT']));
  });

  test('keeps its changes if a setting changes another line', () => {
    const { text, isOurs, leftOut } = merged(changed, { api: { port: 3001 } });
    expect(text).toBe(changed.replace('127.0.0.1:3000:3000', '127.0.0.1:3001:3000'));
    expect({ isOurs, leftOut }).toEqual({ isOurs: false, leftOut: [] });
  });

  test('gets the value of a setting, also where the user wrote another one', () => {
    const { text } = merged(changed, { database: { port: 5434 } });
    expect(text).toBe(changed.replace('127.0.0.1:5433:5432', '127.0.0.1:5434:5432'));
  });

  test('with only other values of settings counts as written by erp-deploy, so it needs no approval', () => {
    const clone = packaged.replace('mem_limit: 300m', 'mem_limit: 400m');
    expect(merged(clone)).toMatchObject({ text: clone, isOurs: true, changesOfUser: [] });
  });

  test('is merged even if Git changed its line ends', () => {
    const { text } = merged(changed.replaceAll('\n', '\r\n'), { api: { port: 3001 } });
    expect(text).toBe(changed.replace('127.0.0.1:3000:3000', '127.0.0.1:3001:3000'));
  });

  test('is not merged if it lacks one of the services', () => {
    const mine = 'services:\n  mine:\n    image: busybox\n';
    expect(merged(mine)).toMatchObject({ text: packaged, isReadable: false, isOurs: false });
    expect(merged('a: [')).toMatchObject({ isReadable: false });
  });

  test('is reported if it publishes a port to the outside', () => {
    const open = packaged.replace('127.0.0.1:5432:5432', '5432:5432');
    expect(merged(open).exposed).toEqual(['5432:5432']);
  });
});
