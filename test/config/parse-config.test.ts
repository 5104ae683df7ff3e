import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultBackup } from '../../src/config/backup.ts';
import { configJsonSchema } from '../../src/config/config-json-schema.ts';
import { configTemplate } from '../../src/config/config-template.ts';
import { containersWith, defaultContainers } from '../../src/config/containers.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

function configIn(text: string) {
  const read = parseConfig(text, 'erp-deploy.config.yaml');
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.config;
}

function faultsIn(text: string) {
  const read = parseConfig(text, 'erp-deploy.config.yaml');
  return 'faults' in read ? read.faults : [];
}

const s3Example = { endpoint: 'https://s3.example.com/erp-backups', region: 'auto', prefix: '' };

const defaults = {
  engine: 'auto',
  project: 'portfolio',
  production: { directory: '/home/david/services/postgres-erp', ssh: 'auto' },
  publicHost: 'erp-db.bestviable.com',
  cloudflare: { service: 'http://traefik:80', traefik: 'traefik' },
  database: { name: 'portfolio', user: 'erp_admin' },
  containers: defaultContainers,
  givenContainers: { database: {}, api: {} },
  neighbour: { container: 'postgres', database: 'n8n', user: 'n8n' },
  migrations: { milliseconds: 2000, attempts: 5 },
  backup: defaultBackup,
  skip: {},
  starterSchema: 'Coda_to_Postgres/ERP_postgres_starter copy.sql',
};

describe('a configuration file', () => {
  it.each([
    '',
    '\n',
    '# nothing yet\n',
    '---\n',
    '{}',
    'containers:\n  database:\n  api:\n',
    'production:\ncloudflare:\ndatabase:\ncontainers:\nneighbour:\nmigrations:\nskip:\n',
  ])('results in the defaults if it sets nothing: %j', (text) => {
    expect(configIn(text)).toEqual(defaults);
  });

  it('results in its settings, and defaults for the others', () => {
    const text = [
      'engine: embedded',
      'production:',
      '  host: david@droplet',
      '  database-url: postgres://erp_admin@db.example.com/portfolio?sslmode=require',
      'public-host: api.example.com',
      'database: { user: owner }',
      'neighbour: { container: other-db }',
      'migrations: { lock-timeout: 500ms, lock-attempts: 9 }',
      'backup: { keep: 3, missed-after: 8d }',
      'openspec-change: add-erp',
      'skip:',
      '  2.5: tested in production',
      '  "3.6": no tunnel',
      'starter-schema: starter.sql',
    ].join('\r\n');
    expect(configIn(text)).toEqual({
      backup: { ...defaultBackup, isConfigured: true, keep: 3, missedAfter: 8 * 24 * 3_600_000 },
      containers: defaults.containers,
      givenContainers: defaults.givenContainers,
      engine: 'embedded',
      project: 'portfolio',
      cloudflare: defaults.cloudflare,
      production: {
        host: 'david@droplet',
        directory: '/home/david/services/postgres-erp',
        ssh: 'auto',
        databaseUrl: 'postgres://erp_admin@db.example.com/portfolio?sslmode=require',
      },
      publicHost: 'api.example.com',
      database: { name: 'portfolio', user: 'owner' },
      neighbour: { container: 'other-db', database: 'n8n', user: 'n8n' },
      migrations: { milliseconds: 500, attempts: 9 },
      openspecChange: 'add-erp',
      skip: { '2.5': 'tested in production', '3.6': 'no tunnel' },
      starterSchema: 'starter.sql',
    });
  });
});

describe('faults of a configuration file', () => {
  it('are reported all at once, each with its position, the expected and the actual value', () => {
    const text = [
      'engine: podman',
      'publicHost: x.example.com',
      'production:',
      '  directory: services/erp',
      '  databse-url: postgres://h/d',
      'database:',
      '  name: 12',
      '  user: pg_owner',
      'skip:',
      '  6.1: why',
      '  "2.5": ""',
      'engine: docker',
    ].join('\n');
    expect(
      faultsIn(text).map(({ line, column, path, expected, actual, didYouMean }) => [
        `${line}:${column}`,
        path,
        expected,
        actual,
        ...(didYouMean ? [didYouMean] : []),
      ]),
    ).toEqual([
      [
        '2:1',
        'publicHost',
        'one of engine, project, production, public-host, cloudflare, database, containers, neighbour, migrations, backup, openspec-change, skip, allowed-rights, starter-schema',
        'the unknown setting "publicHost"',
        'public-host',
      ],
      ['4:14', 'production.directory', 'an absolute path', '"services/erp"'],
      [
        '5:3',
        'production.databse-url',
        'one of host, directory, database-url, ssh',
        'the unknown setting "databse-url"',
        'database-url',
      ],
      ['7:9', 'database.name', 'a name of lower-case letters, digits and _', '12'],
      [
        '8:9',
        'database.user',
        'a name of lower-case letters, digits and _, not starting with pg_',
        '"pg_owner"',
      ],
      ['10:3', 'skip.6.1', 'a step id such as 2.3', '"6.1"'],
      ['11:10', 'skip.2.5', 'the reason, in one line', '""'],
      ['12:1', '', 'each setting once', expect.any(String)],
    ]);
  });

  it.each([
    ['- a\n- b', 1, 'a mapping of settings', 'a list'],
    ['just words', 1, 'a mapping of settings', '"just words"'],
    ['project: portfolio\nproduction: droplet', 2, 'a mapping of settings', '"droplet"'],
    ['database: [a]', 1, 'a mapping of settings', 'a list'],
    ['project: { a: b }', 1, 'a title of one line, up to 200 characters', 'a mapping'],
    ['engine:', 1, 'one of auto, docker, embedded', 'nothing'],
    ['engine: true', 1, 'one of auto, docker, embedded', 'true'],
    [
      'production:\n  host: -oProxyCommand=x',
      2,
      'a host name, an address or an alias of ~/.ssh/config',
      expect.anything(),
    ],
    ['public-host: https://x.example.com', 1, 'a host name such as erp-db.bestviable.com', expect.anything()],
    [
      `project: ${'x'.repeat(201)}`,
      1,
      'a title of one line, up to 200 characters',
      expect.stringContaining('…'),
    ],
    ['a: &x 1\nb: *x', 2, 'a plain value', 'a YAML alias'],
    ['project: !secret x', 1, 'YAML', expect.anything()],
  ])('%j', (text, line, expected, found) => {
    expect(faultsIn(text)).toContainEqual(expect.objectContaining({ line, expected, actual: found }));
  });

  it.each(['a: [', 'a: "b', 'project: a: b', '\tproject: a', 'a: 1\n---\nb: 2'])(
    'place bad YAML: %j',
    (text) => {
      expect(faultsIn(text)[0]).toMatchObject({ expected: 'YAML', line: expect.any(Number) });
    },
  );

  it('show the line of bad YAML with a caret, unless it may contain a password', () => {
    expect(faultsIn('engine: auto\nproject: a: b')[0]?.excerpt).toEqual(['  project: a: b', '           ^']);
    expect(faultsIn('a: "postgres://u:hunter2@h')[0]).not.toHaveProperty('excerpt');
    // A fault at the end of the file is shown after its last line.
    expect(faultsIn('skip: [a\n\n').at(-1)?.excerpt).toEqual(['  skip: [a', '          ^']);
  });

  it('name each cause once, although the YAML parser reports it several times', () => {
    const places = faultsIn('engine: embedded\n  project: [a\n').map(
      ({ line, column }) => `${line}:${column}`,
    );
    expect(places).toEqual([...new Set(places)]);
  });

  it.each([
    'a: "postgres://u:hunter2@h',
    'production: { database-url: "postgres://u:hunter2@h/d" }',
    'production: { database-url: "postgres://u:hun/ter2@h/d" }',
    'production: { database-url: "postgres://u@h/d?password=hunter2" }',
    'production: { host: "postgres://u:hunter2@h/d" }',
    'public-host: "postgres://u:hunter2@h/d"',
    '"postgres://u:hunter2@h/d"',
    '"postgres://u:hunter2@h/d": x',
  ])('never show a password: %s', (text) => {
    const faults = faultsIn(text);
    expect(faults).not.toEqual([]);
    expect(JSON.stringify(faults)).not.toMatch(/hunter2|ter2/);
  });

  it('are returned for any text, and never thrown', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '"',
      '{',
      '}',
      '&x',
      '*x',
      '!t',
      '|',
      '#',
      'engine',
      '0.1',
      '?',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const read = parseConfig(pieces.join(''), 'f');
        if ('faults' in read)
          for (const { line, column } of read.faults) expect(Math.min(line, column)).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the file that init writes', () => {
  const template = configTemplate('./config.schema.json');

  it('names its schema for editors in the first line, and sets nothing', () => {
    expect(template.split('\n')[0]).toBe('# yaml-language-server: $schema=./config.schema.json');
    expect(configIn(template)).toEqual(defaults);
  });

  it('shows for each setting its default, or an example if there is none, when it is uncommented', () => {
    const settings = template.split('\n').filter((line) => /^# +["\w.-]+:(?: |$)/.test(line));
    const config = configIn(
      settings
        .slice(1)
        .map((line) => line.slice(2))
        .join('\n'),
    );
    expect(config).toEqual({
      ...defaults,
      backup: {
        ...defaultBackup,
        isConfigured: true,
        folder: '../erp-backups',
        s3: s3Example,
        encryptTo: expect.stringMatching(/^age1/),
      },
      givenContainers: expect.any(Object),
      production: {
        ...defaults.production,
        host: 'production.example.com',
        databaseUrl: 'postgres://erp_admin@db.example.com:5432/portfolio',
      },
      cloudflare: {
        ...defaults.cloudflare,
        container: 'cloudflared',
        apiTokenFile: 'cloudflare.token',
        connectTo: '192.0.2.7:443',
      },
      openspecChange: 'add-erp-database',
      allowedRights: ['erp_anon: SELECT on erp.notices'],
      skip: { '2.5': 'PostgREST is tested only in production' },
    });
  });
});

describe('the containers', () => {
  it('have the given settings, and the others from the compose file or the defaults', () => {
    const given = {
      database: {
        port: 5433,
        nanoCpus: 750_000_000,
        settings: { work_mem: '8MB', jit: 'on', max_connections: '60' },
      },
      api: { image: 'postgrest/postgrest:v14.20', memory: 200 * 1024 ** 2 },
      network: 'shop',
    };
    const text = [
      'containers:',
      '  database:',
      '    port: 5433',
      '    cpus: 0.75',
      '    settings: { work_mem: 8MB, jit: true, max_connections: 60 }',
      '  api: { image: "postgrest/postgrest:v14.20", memory: 200m }',
      '  network: shop',
    ].join('\n');
    expect(configIn(text)).toEqual({
      ...defaults,
      containers: containersWith(given),
      givenContainers: given,
    });
  });

  it.each([
    ['database: { port: 70000 }', 'containers.database.port', 'a port from 1 to 65535'],
    ['database: { image: postgres }', 'containers.database.image', 'an image with a tag or a digest'],
    ['database: { memory: 300 }', 'containers.database.memory', 'an amount of memory such as 300m'],
    ['api: { cpus: 0 }', 'containers.api.cpus', 'a number of CPUs from 0.05'],
    ['api: { ports: 3 }', 'containers.api.ports', 'one of name, image, port, memory, cpus'],
    ['database: { settings: { port: 1 } }', 'containers.database.settings.port', 'a setting of PostgreSQL'],
    [
      'database: { settings: { work_mem: "$X" } }',
      'containers.database.settings.work_mem',
      'without quotes and $',
    ],
    ['database: { port: 3000 }', 'containers', 'another port for each container'],
    ['database: { memory: 100m, settings: { shared_buffers: 128MB } }', 'containers', 'shared_buffers'],
  ])('with %s are refused: %s should be %s', (line, path, expected) => {
    expect(faultsIn(`containers:\n  ${line}\n`)).toEqual([
      expect.objectContaining({ path, expected: expect.stringContaining(expected) }),
    ]);
  });
});

it('are described in the schema for editors with every setting and its default', () => {
  const schema = JSON.stringify(configJsonSchema());
  for (const name of ['engine', 'database-url', 'public-host', 'starter-schema', 'erp_admin', '^[0-5]']) {
    expect(schema).toContain(name);
  }
  expect(configJsonSchema()).toMatchObject({ additionalProperties: false });
  expect(configJsonSchema()).not.toHaveProperty('required');
});
