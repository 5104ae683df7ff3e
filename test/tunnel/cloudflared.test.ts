import { describe, expect, test } from 'vitest';
import { cloudflaredIn, onHost } from '../../src/tunnel/cloudflared.ts';

const token = Buffer.from(JSON.stringify({ a: 'account', t: 'tunnel', s: 'c2VjcmV0' })).toString('base64');

/** Returns the output of `docker container inspect` for cloudflared with these arguments and variables. */
function inspected(args: readonly string[], env: readonly string[] = [], workingDir = ''): string {
  return JSON.stringify([
    {
      Id: 'abc',
      Image: 'sha256:123',
      Path: 'cloudflared',
      Args: ['--no-autoupdate', ...args],
      State: { Status: 'running', StartedAt: '2026-11-23T00:00:00Z' },
      Config: { Env: env, User: '65532', WorkingDir: workingDir },
      Mounts: [],
      NetworkSettings: { Networks: { 'portfolio-network': {} } },
    },
  ]);
}

type Words = Parameters<typeof inspected>;
const kindOf = (...words: Words) => cloudflaredIn(inspected(...words))?.configured;

describe('a tunnel with a token is configured at Cloudflare', () => {
  const atCloudflare = { at: 'cloudflare', account: 'account', tunnel: 'tunnel' };
  test.each<[string, Words]>([
    ['as a flag', [['tunnel', 'run', '--token', token]]],
    ['as a flag with =', [['tunnel', 'run', `--token=${token}`]]],
    ['in the environment', [['tunnel', 'run'], [`TUNNEL_TOKEN=${token}`]]],
    [
      'also where a config.yml is named, which is ignored then',
      [['tunnel', '--config', '/etc/cloudflared/config.yml', 'run', '--token', token]],
    ],
  ])('%s', (_, words) => {
    expect(kindOf(...words)).toEqual(atCloudflare);
  });

  test.each<[string, Words]>([
    ['in a file, which is not read', [['tunnel', 'run', '--token-file', '/run/secrets/token']]],
    ['in a file that the environment names', [['tunnel', 'run'], ['TUNNEL_TOKEN_FILE=/run/secrets/token']]],
    ['that is none', [['tunnel', 'run', '--token', 'x']]],
  ])('%s', (_, words) => {
    expect(kindOf(...words)).toEqual({ at: 'cloudflare', account: null, tunnel: null });
  });

  test('and its secret is not kept', () => {
    expect(JSON.stringify(cloudflaredIn(inspected(['run', '--token', token])))).not.toContain('c2VjcmV0');
  });
});

describe('a tunnel without a token is configured by a file', () => {
  test.each<[string, Words, string]>([
    ['that is named', [['tunnel', '--config', '/x/my.yml', 'run']], '/x/my.yml'],
    [
      'that is named by its place from the working folder',
      [['tunnel', '--config=my.yml', 'run'], [], '/x'],
      '/x/my.yml',
    ],
  ])('%s', (_, words, path) => {
    expect(kindOf(...words)).toEqual({ at: 'file', paths: [path] });
  });

  test('otherwise by the first of the default files', () => {
    const kind = kindOf(['tunnel', 'run', 'droplet']);
    expect(kind?.at === 'file' && kind.paths).toEqual(
      expect.arrayContaining(['/home/nonroot/.cloudflared/config.yml', '/etc/cloudflared/config.yaml']),
    );
  });
});

describe('the path on the host of a file in the container', () => {
  const mounts = [
    { Source: '/srv/tunnel', Destination: '/etc/cloudflared' },
    { Source: '/srv/one.yml', Destination: '/etc/cloudflared/one.yml' },
  ];
  test.each([
    ['in a folder that is mounted', '/etc/cloudflared/config.yml', '/srv/tunnel/config.yml'],
    ['mounted alone', '/etc/cloudflared/one.yml', '/srv/one.yml'],
    ['in the container itself', '/home/nonroot/config.yml', null],
    ['in a folder whose name only begins alike', '/etc/cloudflared2/config.yml', null],
  ])('%s', (_, path, host) => {
    expect(onHost({ mounts }, path)).toBe(host);
  });
});
