import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundled } from './support/running.ts';

let programs: Awaited<ReturnType<typeof bundled>>;
let file: string;
beforeAll(async () => {
  programs = await bundled();
  file = join(mkdtempSync(join(tmpdir(), 'erp-deploy-cloudflared-')), 'config.yml');
}, 60_000);
afterAll(() => {
  rmSync(join(file, '..'), { recursive: true });
  programs.remove();
});

async function cloudflared(...args: string[]) {
  const program = programs.start('cloudflared', args, { HOME: '/nowhere' });
  const code = await program.ended;
  return { code, said: program.written() };
}

async function validate(text: string) {
  writeFileSync(file, text);
  return cloudflared('tunnel', '--config', file, 'ingress', 'validate');
}

const good = `tunnel: 6ff42ae2-765d-4adf-8112-31c55c1551ef
credentials-file: /etc/cloudflared/it.json
log-directory: /var/log # at the top, unknown keys are ignored
ingress:
  - hostname: erp-db.bestviable.com
    service: http://traefik:80
  - hostname: "*.example.com"
    path: \\.(jpg|png)$
    service: https://images:8443
    originRequest: { noTLSVerify: true, httpHostHeader: images }
  - hostname: ssh.example.com
    service: ssh://localhost:22
  - service: http_status:404
`;

describe('tunnel ingress validate', () => {
  test('prints OK for a valid configuration', async () => {
    expect(await validate(good)).toEqual({ code: 0, said: `Validating rules from ${file}\nOK\n` });
  });

  test('only warns about an unknown key: exit 0, and no OK', async () => {
    const { code, said } = await validate(good.replace('noTLSVerify', 'noTlsVerify'));
    expect(code).toBe(0);
    expect(said).toContain('Warning: unused keys detected in your config file.');
    expect(said).toContain('field noTlsVerify not found in type config.OriginRequestConfig');
    expect(said).not.toContain('OK');
  });

  test.each([
    [
      'no catch-all at the end',
      good.replace('  - service: http_status:404\n', ''),
      'The last ingress rule must match all URLs',
    ],
    [
      'an earlier catch-all',
      good.replace('  - hostname: ssh', '  - service: http://x\n  - hostname: ssh'),
      "Rule #3 is matching the hostname ''",
    ],
    [
      'a service with a path',
      good.replace('traefik:80', 'traefik:80/'),
      "ingress rules don't support proxying to a different path",
    ],
    [
      'a service without a scheme',
      good.replace('http://traefik:80', 'traefik:80'),
      'traefik:80 is an invalid address',
    ],
    ['a star in the middle', good.replace('*.example', 'a.*.example'), 'at most one wildcard character'],
    [
      'a port',
      good.replace('erp-db.bestviable.com', 'erp-db.bestviable.com:443'),
      'Hostname cannot contain a port',
    ],
    ['no rules', 'tunnel: x\n', "The config file doesn't contain any ingress rules"],
    ['a path that is no expression', good.replace('\\.(jpg|png)$', '"("'), 'Rule #2 has an invalid regex'],
  ])('refuses %s', async (_, text, why) => {
    const { code, said } = await validate(text);
    expect(code).toBe(1);
    expect(said).toContain('\nValidation failed: ');
    expect(said).toContain(why);
  });

  test.each([
    ['a tab', good.replace('  - hostname: ssh', '\t- hostname: ssh')],
    ['a key twice', `${good}ingress: []\n`],
    ['rules that are no list', 'ingress: yes please\n'],
  ])('%s is refused', async (_, text) => {
    const { code, said } = await validate(text);
    expect(code).toBe(1);
    expect(said).toContain(`error parsing YAML in config file at ${file}: yaml: `);
  });

  test('anchors, merge keys and Windows line ends are read', async () => {
    const text = `base: &base\n  originRequest:\n    connectTimeout: 10s\n${good.replace('    service: http://traefik:80', '    <<: *base\n    service: http://traefik:80')}`;
    expect((await validate(text.replaceAll('\n', '\r\n'))).said).toContain('OK\n');
  });

  test('exits with an error without a file', async () => {
    const { code, said } = await cloudflared(
      'tunnel',
      '--config',
      '/nowhere/config.yml',
      'ingress',
      'validate',
    );
    expect(code).toBe(1);
    expect(said).toContain('No configuration file was found.');
  });
});

describe('tunnel ingress rule', () => {
  test.each([
    ['https://erp-db.bestviable.com/erp/people', 0, 'http://traefik:80'],
    ['https://ERP-DB.bestviable.com', 0, 'http://traefik:80'],
    ['https://www.example.com/a/b.png?x=1', 1, 'https://images:8443'],
    ['https://www.example.com/a.png/b', 3, 'http_status:404'],
    ['https://example.com/b.png', 3, 'http_status:404'],
    ['https://ssh.example.com', 2, 'ssh://localhost:22'],
  ])('%s matches rule #%i', async (url, at, service) => {
    writeFileSync(file, good);
    const { code, said } = await cloudflared('tunnel', '--config', file, 'ingress', 'rule', url);
    expect(code).toBe(0);
    expect(said).toContain(`Using rules from ${file}\nMatched rule #${at}\n`);
    expect(said).toContain(`\tservice: ${service}\n`);
  });
});

test('identifies itself as a double, and reports unsupported commands', async () => {
  expect((await cloudflared('--version')).said).toBe(
    'cloudflared version 2026.8.2 (double of the erp-deploy testbed)\n',
  );
  expect((await cloudflared('tunnel', 'list')).code).toBe(1);
});
