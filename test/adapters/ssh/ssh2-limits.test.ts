import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { tempFolder } from '../../support/disk/temp-folder.ts';
import { openHost, problemOf, words } from './open-host.ts';
import { authorize, keyPair, publicPart, type Sshd, startSshd } from './sshd.ts';

// Features that OpenSSH supports and ssh2 does not: `ssh: ssh2` in the configuration refuses them by name.

const keys = (sshd: Sshd, count: number) =>
  Array.from({ length: count }, (_, index) => keyPair(sshd.folder, `wrong-${index}`));

test.each([
  ['KnownHostsCommand', 'KnownHostsCommand /bin/echo %H'],
  ['PubkeyAuthentication', 'PubkeyAuthentication no'],
  ['PreferredAuthentications', 'PreferredAuthentications password'],
  ['CertificateFile', 'CertificateFile ~/.ssh/id-cert.pub'],
  ['Ciphers', 'Ciphers aes128-cbc'],
  ['MACs', 'MACs umac-64@openssh.com'],
  ['KexAlgorithms', 'KexAlgorithms sntrup761x25519-sha512@openssh.com'],
  ['HostKeyAlgorithms', 'HostKeyAlgorithms sk-ssh-ed25519@openssh.com'],
])('%s is refused by name, before any connection', async (name, line) => {
  const sshd = await startSshd();
  const problem = await problemOf(openHost(sshd, { lines: [line] }));
  expect(problem).toMatchObject({ code: 'ERP-0716', excerpt: [expect.stringContaining(name)] });
  // The test itself connects once, to wait for sshd; the log may be slightly late.
  expect((sshd.log().match(/Connection from/g) ?? []).length).toBeLessThanOrEqual(1);
});

test('a host certificate is refused before the log-in if known_hosts names its authority', async () => {
  const folder = tempFolder();
  const [authority, host] = [keyPair(folder, 'authority'), keyPair(folder, 'host')];
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'id', '-h', '-n', '127.0.0.1', `${host}.pub`]);
  const sshd = await startSshd(`HostKey ${host}`, `HostCertificate ${host}-cert.pub`);
  const known = [`@cert-authority [127.0.0.1]:${sshd.port} ${publicPart(authority)}`];
  const asked = { decideHostKey: () => Promise.reject(new Error('asked')) };
  const problem = await problemOf(openHost(sshd, { known }, asked));
  expect(problem).toMatchObject({ code: 'ERP-0718', why: expect.stringMatching(/known_hosts:1 /) });
  expect(sshd.log()).not.toContain('Failed publickey');
});

test('a certificate of a user is named if the key beside it is not accepted', async () => {
  const authority = keyPair(tempFolder(), 'authority');
  const sshd = await startSshd(`TrustedUserCAKeys ${authority}.pub`);
  const key = keyPair(sshd.folder, 'signed');
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'id', '-n', 'root', `${key}.pub`]);
  const problem = await problemOf(openHost(sshd, { lines: [`IdentityFile ${key}`] }));
  expect(words(problem)).toContain(`${key}-cert.pub: ssh2 cannot log in with certificates`);
});

test('the problem does not blame a server whose algorithms are newer than those of ssh2', async () => {
  const sshd = await startSshd('KexAlgorithms sntrup761x25519-sha512@openssh.com');
  const problem = await problemOf(openHost(sshd));
  expect(problem).toMatchObject({ code: 'ERP-0708', why: expect.stringContaining('ssh: openssh') });
  expect(words(problem)).toContain('offered by the server: KEX method: sntrup761x25519-sha512@openssh.com');
  expect(words(problem)).toContain('curve25519-sha256');
  expect(words(problem)).not.toContain('outdated');
});

test.each([
  [
    'chacha20',
    (key: string) => [
      'ssh-keygen',
      '-q',
      '-p',
      '-N',
      'secret',
      '-Z',
      'chacha20-poly1305@openssh.com',
      '-f',
      key,
    ],
  ],
  ['PKCS #8', (key: string) => ['ssh-keygen', '-q', '-p', '-N', '', '-m', 'PKCS8', '-f', key]],
])('a key that ssh2 cannot read (%s) is named, with what to do', async (_kind, rewritten) => {
  const sshd = await startSshd();
  const key = keyPair(sshd.folder, 'odd', '-t', 'rsa');
  authorize(sshd, key);
  const [program = '', ...rest] = rewritten(key);
  execFileSync(program, rest);
  const problem = await problemOf(openHost(sshd, { lines: [`IdentityFile ${key}`] }));
  expect(problem).toMatchObject({ code: 'ERP-0707', why: 'There is no SSH key to offer.' });
  expect(words(problem)).toContain(
    `cp -p ${key} ${key}.erp-deploy && ssh-keygen -p -Z aes256-ctr -f ${key}.erp-deploy`,
  );
});

test('offers several wrong keys in one login, fewer than the server allows, and names all of them', async () => {
  const sshd = await startSshd();
  const wrong = keys(sshd, 7);
  const problem = await problemOf(openHost(sshd, { lines: wrong.map((key) => `IdentityFile ${key}`) }));
  expect(problem.code).toBe('ERP-0707');
  expect(problem.excerpt?.filter((line) => line.startsWith('offered: '))).toEqual(
    wrong.slice(0, 5).map((key) => `offered: ${key}`),
  );
  expect(words(problem)).toContain(`${wrong[6]}: not offered, because a log-in may offer only 5 keys`);
  expect(sshd.log()).not.toContain('Too many authentication failures');
  expect(sshd.log().match(/Connection from/g)).toHaveLength(2); // the other one waited until sshd listens
});
