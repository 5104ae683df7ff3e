import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes, ProblemError } from '../../../src/domain/problem.ts';
import { anySignal, openHost, overEachTransport, problemOf, words } from './open-host.ts';
import { fingerprintOf, keyPair, publicPart, type Sshd, startSshd } from './sshd.ts';

const name = (sshd: Sshd) => `[127.0.0.1]:${sshd.port}`;
const fingerprint = (sshd: Sshd) => fingerprintOf(join(sshd.folder, 'host_key'));

overEachTransport((_transport) => {
  test.each([
    ['by host and port', (sshd: Sshd) => [`${name(sshd)} ${sshd.hostKey}`]],
    ['among other names', (sshd: Sshd) => [`example.org,${name(sshd)},10.0.0.1 ${sshd.hostKey} a comment`]],
    ['by a wildcard', (sshd: Sshd) => [`[127.0.0.*]:* ${sshd.hostKey}`]],
    ['without its port', (sshd: Sshd) => [`127.0.0.1 ${sshd.hostKey}`]],
    [
      'after another line of the same host',
      (sshd: Sshd) => {
        return [
          `${name(sshd)} ${publicPart(keyPair(sshd.folder, 'other'))}`,
          `${name(sshd)} ${sshd.hostKey}`,
        ];
      },
    ],
  ])('a key that is known %s is trusted without a question', async (_how, known) => {
    const sshd = await startSshd();
    const host = await openHost(sshd, { known: known(sshd) });
    expect(await host.processes.run(['true'], '.', anySignal)).toMatchObject({ exitCode: 0 });
  });

  test('a hashed known_hosts is read', async () => {
    const sshd = await startSshd();
    const file = join(sshd.folder, 'hashed');
    writeFileSync(file, `${name(sshd)} ${sshd.hostKey}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    expect(readFileSync(file, 'utf8')).not.toContain('127.0.0.1');
    await openHost(sshd, { lines: [`UserKnownHostsFile ${join(sshd.folder, 'absent')} ${file}`] });
  });

  test('a key is searched under the HostKeyAlias', async () => {
    const sshd = await startSshd();
    await openHost(sshd, { lines: ['HostKeyAlias production'], known: [`production ${sshd.hostKey}`] });
  });

  test('the known_hosts file of the whole machine counts like that of the user', async () => {
    const sshd = await startSshd();
    const file = join(sshd.folder, 'global');
    writeFileSync(file, `${name(sshd)} ${sshd.hostKey}\n`);
    await openHost(sshd, { known: [], lines: [`GlobalKnownHostsFile ${file}`] });
  });

  test.each(['ecdsa', 'rsa'])(
    'of several keys, the server is asked for the %s one that is known',
    async (type) => {
      const sshd = await startSshd();
      const known = keyPair(sshd.folder, type, '-t', type);
      const both = await startSshd(`HostKey ${join(sshd.folder, 'host_key')}`, `HostKey ${known}`);
      await openHost(both, { known: [`${name(both)} ${publicPart(known)}`] });
    },
  );

  test('asks about an unknown host before it offers any key of the operator, and remembers the host', async () => {
    const sshd = await startSshd();
    const questions: unknown[] = [];
    await openHost(
      sshd,
      { known: ['# no host', 'no-newline AAAA'] },
      {
        decideHostKey: async (question) => {
          questions.push(question);
          expect(sshd.log()).not.toContain('publickey');
          return true;
        },
      },
    );
    expect(questions).toEqual([
      {
        host: name(sshd),
        fingerprint: fingerprint(sshd),
        keyType: 'ssh-ed25519',
        file: join(sshd.folder, 'known_hosts'),
      },
    ]);
    const known = readFileSync(join(sshd.folder, 'known_hosts'), 'utf8');
    expect(known.split('\n').slice(-2)).toEqual([`${name(sshd)} ${sshd.hostKey}`, '']);
  });

  test('an accepted host is saved as a hash if HashKnownHosts is set', async () => {
    const sshd = await startSshd();
    await openHost(sshd, { known: [], lines: ['HashKnownHosts yes'] }, { decideHostKey: async () => true });
    expect(readFileSync(join(sshd.folder, 'known_hosts'), 'utf8')).toMatch(/^\n?\|1\|/);
    const found = execFileSync('ssh-keygen', ['-F', name(sshd), '-f', join(sshd.folder, 'known_hosts')]);
    expect(found.toString()).toContain(sshd.hostKey);
  });

  test('closes the connection while the operator decides about a fingerprint', async () => {
    const sshd = await startSshd();
    // The first connection is the test's own, to wait until sshd listens.
    const ended = () => (sshd.log().match(/Connection (closed|reset)|Received disconnect/g)?.length ?? 0) > 1;
    await openHost(
      sshd,
      { known: [] },
      {
        decideHostKey: async () => {
          await expect.poll(ended, { timeout: 5000 }).toBe(true);
          return true;
        },
      },
    );
  });

  test('an unknown host that the operator does not trust is refused, with its fingerprint and the flag that trusts it', async () => {
    const sshd = await startSshd();
    const problem = await problemOf(openHost(sshd, { known: [] }));
    expect(problem).toMatchObject({ code: 'ERP-0704', exit: exitCodes.usage });
    expect(words(problem)).toContain(`--host-key-fingerprint ${fingerprint(sshd)}`);
    expect(sshd.log()).not.toContain('Accepted');
  });

  test('asks about a host that is known only by an authority', async () => {
    const sshd = await startSshd();
    const known = [`@cert-authority ${name(sshd)} ${publicPart(keyPair(sshd.folder, 'ca'))}`];
    expect(await problemOf(openHost(sshd, { known }))).toMatchObject({ code: 'ERP-0704' });
  });

  test('a changed key is refused without a question, with both fingerprints', async () => {
    const sshd = await startSshd();
    const other = keyPair(sshd.folder, 'other');
    const asked: unknown[] = [];
    const problem = await problemOf(
      openHost(
        sshd,
        { known: [`${name(sshd)} ${publicPart(other)}`] },
        {
          decideHostKey: async (question) => {
            asked.push(question);
            return true;
          },
        },
      ),
    );
    expect(problem.code).toBe('ERP-0705');
    expect(words(problem)).toContain(fingerprint(sshd));
    expect(words(problem)).toContain(fingerprintOf(other));
    expect(words(problem)).toContain(`${join(sshd.folder, 'known_hosts')}:1`);
    expect(asked).toEqual([]);
    expect(sshd.log()).not.toContain('Accepted');
  });

  test('a key of another type than the known one is a changed key too', async () => {
    const sshd = await startSshd();
    const ecdsa = keyPair(sshd.folder, 'ecdsa', '-t', 'ecdsa');
    const problem = await problemOf(
      openHost(sshd, { known: [`${name(sshd)} ${publicPart(ecdsa)}`] }, { decideHostKey: async () => true }),
    );
    expect(problem.code).toBe('ERP-0705');
    expect(words(problem)).toContain(fingerprint(sshd));
    expect(words(problem)).toContain(fingerprintOf(ecdsa));
  });

  test('refuses a key that is known for the host without its port if the port has another key', async () => {
    const sshd = await startSshd();
    const other = keyPair(sshd.folder, 'other');
    const known = [`${name(sshd)} ${publicPart(other)}`, `127.0.0.1 ${sshd.hostKey}`];
    const problem = await problemOf(openHost(sshd, { known }, { decideHostKey: async () => true }));
    expect(problem.code).toBe('ERP-0705');
    expect(words(problem)).toContain(fingerprintOf(other));
    expect(sshd.log()).not.toContain('Accepted');
  });

  test('a key whose type differs from the type on its line is unknown, as in ssh', async () => {
    const sshd = await startSshd();
    const known = [`${name(sshd)} ssh-rsa ${sshd.hostKey.split(' ')[1]}`];
    expect(await problemOf(openHost(sshd, { known }))).toMatchObject({ code: 'ERP-0704' });
  });

  test('a revoked key is refused even if another line trusts it', async () => {
    const sshd = await startSshd();
    const known = [`${name(sshd)} ${sshd.hostKey}`, `@revoked * ${sshd.hostKey}`];
    const problem = await problemOf(openHost(sshd, { known }, { decideHostKey: async () => true }));
    expect(problem.code).toBe('ERP-0706');
    expect(words(problem)).toContain(fingerprint(sshd));
  });
});

test('a trusted key is reported before the operator logs in, and can be refused', async () => {
  const sshd = await startSshd();
  const seen: string[] = [];
  await openHost(sshd, {}, { trusted: (shown) => seen.push(shown) });
  expect(seen).toEqual([fingerprint(sshd)]);
  const other = await startSshd();
  const refused = new ProblemError({
    code: 'ERP-0341',
    what: 'w',
    why: 'y',
    todo: [],
    exit: exitCodes.prerequisite,
  });
  const trusted = () => {
    throw refused;
  };
  await expect(openHost(other, {}, { trusted })).rejects.toBe(refused);
  expect(other.log()).not.toContain('Accepted');
});
