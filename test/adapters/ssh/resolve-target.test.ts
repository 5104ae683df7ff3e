import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveTarget } from '../../../src/adapters/ssh/resolve-target.ts';
import type { SshTarget } from '../../../src/adapters/ssh/target.ts';
import { tempFolder } from '../../support/disk/temp-folder.ts';
import { openHost, problemOf, words } from './open-host.ts';
import { startSshd } from './sshd.ts';

async function resolved(
  lines: readonly string[],
  alias = 'droplet',
  environment: Record<string, string> = {},
): Promise<SshTarget> {
  const configFile = join(tempFolder(), 'config');
  writeFileSync(configFile, `${lines.join('\n')}\n`);
  return resolveTarget(alias, { configFile, environment });
}

const { homedir, username } = userInfo();

test('an alias is resolved with Include and Match', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'more'));
  writeFileSync(join(folder, 'more', 'hosts'), 'Host droplet\n  HostName %h.example.org\n  Port 2222\n');
  const lines = [`Include ${folder}/more/*`, 'Match originalhost droplet', '  User david'];
  expect(await resolved(lines)).toMatchObject({
    alias: 'droplet',
    host: 'droplet.example.org',
    port: 2222,
    user: 'david',
    hostKeyName: '[droplet.example.org]:2222',
    bareHostKeyName: 'droplet.example.org',
  });
});

test('a name that is no alias is a host name, with an optional user', async () => {
  expect(await resolved([], 'joe@Example.org')).toMatchObject({
    host: 'example.org',
    user: 'joe',
    port: 22,
    hostKeyName: 'example.org',
    proxy: null,
  });
});

test('paths are expanded as ssh_config(5) says', async () => {
  const target = await resolved(
    [
      'Host droplet',
      '  HostName h.example',
      '  User david',
      '  IdentityFile "~/keys/my key"',
      '  IdentityFile %d/%n-%h-%p-%r-%u-%L-%%',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is ssh_config's own
      '  IdentityFile ${KEYS}/id',
      '  IdentityFile ~root/id',
      '  IdentitiesOnly yes',
      '  UserKnownHostsFile "/a b/known" ~/known2',
      '  GlobalKnownHostsFile none',
      '  HashKnownHosts yes',
    ],
    'droplet',
    { KEYS: '/keys' },
  );
  const short = hostname().split('.')[0];
  expect(target.identityFiles).toEqual([
    join(homedir, 'keys/my key'),
    `${homedir}/droplet-h.example-22-david-${username}-${short}-%`,
    '/keys/id',
    '/root/id',
  ]);
  expect(target.identitiesOnly).toBe(true);
  expect(target.userKnownHosts).toEqual(['/a b/known', join(homedir, 'known2')]);
  expect(target.systemKnownHosts).toEqual([]);
  expect(target.hashesKnownHosts).toBe(true);
});

test.each([
  ['nothing', [], '/run/agent'],
  ['none', ['IdentityAgent none'], null],
  ['SSH_AUTH_SOCK', ['IdentityAgent SSH_AUTH_SOCK'], '/run/agent'],
  ['another variable', ['IdentityAgent $OTHER'], '/run/other'],
  ['a path', ['IdentityAgent ~/agent.sock'], join(homedir, 'agent.sock')],
])('with IdentityAgent naming %s, the agent is %j', async (_what, lines, agent) => {
  const environment = { SSH_AUTH_SOCK: '/run/agent', OTHER: '/run/other' };
  expect((await resolved(lines, 'droplet', environment)).agent).toBe(agent);
});

test('expands the tokens of a ProxyCommand, and keeps the order of the hosts of a ProxyJump', async () => {
  const lines = ['Host a', '  ProxyCommand nc -X 5 %h %p', 'Host b', '  ProxyJump x@one:33,two'];
  expect((await resolved(lines, 'a')).proxy).toEqual({ by: 'command', line: 'nc -X 5 a 22' });
  expect((await resolved(lines, 'b')).proxy).toEqual({ by: 'jump', hosts: ['x@one:33', 'two'] });
});

test('the problem shows why OpenSSH refuses a configuration', async () => {
  const problem = await problemOf(resolved(['Host droplet', '  Prot 22']));
  expect(problem.code).toBe('ERP-0701');
  expect(words(problem)).toMatch(/Bad configuration option: prot/);
});

test.each(['', '-oProxyCommand=touch /tmp/owned'])('refuses %j as a host', async (alias) => {
  expect(await problemOf(resolved([], alias))).toMatchObject({ code: 'ERP-0701' });
});

test('a name that cannot be resolved is distinguished from a server that does not answer', async () => {
  const sshd = await startSshd();
  const problem = await problemOf(openHost(sshd, { lines: ['HostName no-such-host.invalid'] }));
  expect(problem).toMatchObject({ code: 'ERP-0702' });
  expect(words(problem)).toContain('no-such-host.invalid');
});
