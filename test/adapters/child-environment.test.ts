import { expect, it } from 'vitest';
import { sshEnvironment } from '../../src/adapters/child-environment.ts';
import { processesIn } from '../../src/adapters/processes.ts';
import { Secret } from '../../src/domain/secret.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

it('gives a program the environment without credentials, and those that it is given by name', async () => {
  const secrets = {
    PGPASSWORD: 'a',
    ERP_DEPLOY_NOTIFY_URL: 'b',
    NOTIFY_WEBHOOK_URL: 'c',
    AWS_SECRET_ACCESS_KEY: 'd',
    GITHUB_TOKEN: 'e',
    CLOUDFLARE_API_TOKEN: 'f',
    DATABASE_URL: 'g',
    POSTGRES_PASSWORD: 'h',
    REDIS_URL: 'redis://:secret@h',
    MONGO: 'mongodb://u:p@h/db',
  };
  const needed = {
    PATH: process.env.PATH,
    HOME: '/h',
    DOCKER_HOST: 'x',
    SSH_AUTH_SOCK: 's',
    LANG: 'C',
    HTTPS_PROXY: 'http://u:p@proxy:3128',
    http_proxy: 'http://u:p@proxy:3128',
    XDG_RUNTIME_DIR: '/run/user/1',
    LC_ALL: 'C',
  };
  const { run } = processesIn(tempFolder(), { ...secrets, ...needed });
  const environment = { PGPASSWORD: new Secret('by name') };
  const { stdout } = await run(['env'], null, new AbortController().signal, undefined, { environment });
  const names = stdout.split('\n').map((line) => line.split('=')[0] ?? '');
  expect(names).toEqual(expect.arrayContaining(Object.keys(needed)));
  expect(names.filter((name) => name in secrets)).toEqual(['PGPASSWORD']);
  expect(stdout).toContain('PGPASSWORD=by name');
});

it('gives ssh the environment that its ProxyCommand may need, without the secrets of erp-deploy', () => {
  const needed = {
    PATH: '/bin',
    SSH_AUTH_SOCK: 's',
    AWS_SECRET_ACCESS_KEY: 'k',
    TUNNEL_SERVICE_TOKEN_ID: 'i',
  };
  const own = { PGPASSWORD: 'a', ERP_DEPLOY_NOTIFY_URL: 'b', CLOUDFLARE_API_TOKEN: 'c' };
  expect(sshEnvironment({ ...needed, ...own })).toEqual(needed);
});
