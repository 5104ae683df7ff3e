import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes } from '../../../src/domain/problem.ts';
import { openHost, overEachTransport, problemOf, words } from './open-host.ts';
import { fingerprintOf, keyPair, publicPart, type Sshd, startSshd } from './sshd.ts';

/** Writes a file of revoked keys; returns its path. */
function list(sshd: Sshd, ...lines: readonly string[]): string {
  const file = join(sshd.folder, 'revoked keys');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}

/** Writes a key revocation list of one public key; returns its path. */
function krl(sshd: Sshd, key: string): string {
  const file = join(sshd.folder, 'krl');
  execFileSync('ssh-keygen', ['-q', '-k', '-f', file, `${key}.pub`]);
  return file;
}

const otherKey = (sshd: Sshd) => keyPair(sshd.folder, 'other');
const hostKeyFile = (sshd: Sshd) => join(sshd.folder, 'host_key');

/** Returns the result of OpenSSH's client with the last written configuration of `droplet`. */
function sshLogsIn(sshd: Sshd): boolean {
  const options = ['-F', join(sshd.folder, 'ssh_config'), '-o', 'BatchMode=yes'];
  return spawnSync('ssh', [...options, 'droplet', 'true'], { stdio: 'ignore' }).status === 0;
}

overEachTransport((_transport) => {
  test.each([
    [
      'a list of public keys',
      (sshd: Sshd) => list(sshd, '# gone', '', publicPart(otherKey(sshd)), sshd.hostKey),
    ],
    ['a key revocation list', (sshd: Sshd) => krl(sshd, hostKeyFile(sshd))],
  ])('refuses a known host key that %s revokes, as ssh does', async (_form, write) => {
    const sshd = await startSshd();
    const file = write(sshd);
    const decideHostKey = () => Promise.resolve(true);
    const problem = await problemOf(
      openHost(sshd, { lines: [`RevokedHostKeys "${file}"`] }, { decideHostKey }),
    );
    expect(problem).toMatchObject({ code: 'ERP-0706', exit: exitCodes.prerequisite });
    expect(words(problem)).toContain(fingerprintOf(hostKeyFile(sshd)));
    expect(words(problem)).toContain(file);
    expect(sshd.log()).not.toContain('Accepted');
    expect(sshLogsIn(sshd)).toBe(false);
  });

  test('refuses an unknown host key that is revoked without asking about it', async () => {
    const sshd = await startSshd();
    const decideHostKey = () => Promise.reject(new Error('it was asked'));
    const lines = [`RevokedHostKeys "${list(sshd, sshd.hostKey)}"`];
    expect(await problemOf(openHost(sshd, { known: [], lines }, { decideHostKey }))).toMatchObject({
      code: 'ERP-0706',
    });
  });

  test.each([
    ['a list of other keys', (sshd: Sshd) => list(sshd, publicPart(otherKey(sshd)))],
    ['an empty list', (sshd: Sshd) => list(sshd)],
    ['a key revocation list of another key', (sshd: Sshd) => krl(sshd, otherKey(sshd))],
    ['none', () => 'none'],
  ])('logs in if RevokedHostKeys is %s, as ssh does', async (_form, write) => {
    const sshd = await startSshd();
    await openHost(sshd, { lines: [`RevokedHostKeys "${write(sshd)}"`] });
    expect(sshLogsIn(sshd)).toBe(true);
  });

  const cutOff = (key: string) => key.slice(0, -16);

  test.each([
    ['does not exist', (sshd: Sshd) => join(sshd.folder, 'absent')],
    ['is a folder', (sshd: Sshd) => sshd.folder],
    ['has a line that is not a public key', (sshd: Sshd) => list(sshd, 'ssh-ed25519 nonsense')],
    ['has a key that is cut off', (sshd: Sshd) => list(sshd, cutOff(publicPart(otherKey(sshd))))],
    ['is a damaged key revocation list', (sshd: Sshd) => list(sshd, 'SSHKRL\n\0')],
  ])('trusts no host key if the file of revoked keys %s, as ssh does', async (_fault, write) => {
    const sshd = await startSshd();
    const file = write(sshd);
    const problem = await problemOf(openHost(sshd, { lines: [`RevokedHostKeys "${file}"`] }));
    expect(problem).toMatchObject({ code: 'ERP-0709', exit: exitCodes.prerequisite });
    expect(words(problem)).toContain(file);
    expect(sshd.log()).not.toContain('Accepted');
    expect(sshLogsIn(sshd)).toBe(false);
  });
});
