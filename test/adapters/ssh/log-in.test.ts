import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/domain/secret.ts';
import { faultProxy } from '../../support/production/fault-proxy.ts';
import { startAgent } from './agent.ts';
import { anySignal, openHost, overEachTransport, problemOf, words } from './open-host.ts';
import { authorize, keyPair, type Sshd, startSshd } from './sshd.ts';

const keys = (sshd: Sshd, count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => keyPair(sshd.folder, `wrong-${from + index}`));

const failures = (sshd: Sshd) => sshd.log().match(/Failed publickey/g)?.length ?? 0;

overEachTransport((transport) => {
  test('logs in with a key of the agent', async () => {
    const sshd = await startSshd();
    const socket = await startAgent(sshd, sshd.key);
    const host = await openHost(
      sshd,
      { lines: ['IdentityFile none', 'IdentitiesOnly no'] },
      { environment: { SSH_AUTH_SOCK: socket } },
    );
    expect(await host.processes.run(['true'], '.', anySignal)).toMatchObject({ exitCode: 0 });
  });

  test('uses IdentityAgent instead of SSH_AUTH_SOCK', async () => {
    const sshd = await startSshd();
    const socket = await startAgent(sshd, sshd.key);
    const lines = ['IdentityFile none', 'IdentitiesOnly no', `IdentityAgent ${socket}`];
    await openHost(sshd, { lines }, { environment: { SSH_AUTH_SOCK: '/nowhere' } });
  });

  test('logs in with a key file although the agent does not run', async () => {
    const sshd = await startSshd();
    await openHost(
      sshd,
      { lines: ['IdentitiesOnly no'] },
      { environment: { SSH_AUTH_SOCK: '/nowhere/agent' } },
    );
  });

  test("with IdentitiesOnly, the agent's other keys are not offered", async () => {
    const sshd = await startSshd();
    const socket = await startAgent(sshd, ...keys(sshd, 4));
    await openHost(sshd, {}, { environment: { SSH_AUTH_SOCK: socket } });
    expect(failures(sshd)).toBe(0);
  });

  test('the agent signs first for a key that is also named in the configuration', async () => {
    const sshd = await startSshd();
    const locked = keyPair(sshd.folder, 'locked', '-N', 'secret words');
    authorize(sshd, locked);
    // The agent has the unlocked key.
    const open = join(sshd.folder, 'open');
    execFileSync('cp', [locked, open]);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', 'secret words', '-N', '', '-f', open]);
    const socket = await startAgent(sshd, ...keys(sshd, 3), open);
    await openHost(
      sshd,
      { lines: [`IdentityFile ${locked}`, 'IdentitiesOnly no'] },
      { environment: { SSH_AUTH_SOCK: socket }, askPassphrase: () => Promise.reject(new Error('asked')) },
    );
    expect(failures(sshd)).toBe(0);
  });

  test.each([
    ['of which only the public half exists', []],
    ['in PKCS #8', ['-t', 'rsa', '-m', 'PKCS8']],
    ['locked with chacha20', ['-N', 'secret words', '-Z', 'chacha20-poly1305@openssh.com']],
  ])('a named key %s is used through the agent that has it', async (how, more) => {
    const sshd = await startSshd();
    const named = keyPair(sshd.folder, 'named', ...more);
    authorize(sshd, named);
    const open = join(sshd.folder, 'open');
    execFileSync('cp', [named, open]);
    if (more.includes('-N'))
      execFileSync('ssh-keygen', ['-q', '-p', '-P', 'secret words', '-N', '', '-f', open]);
    const socket = await startAgent(sshd, ...keys(sshd, 2), open);
    if (how.includes('public half')) rmSync(named);
    const lines = [`IdentityFile ${named}`, 'IdentitiesOnly yes'];
    if (transport === 'ssh2') {
      const without = await problemOf(openHost(sshd, { lines }));
      expect(words(without)).toContain(`skipped: ${named}: `);
    }
    await openHost(sshd, { lines }, { environment: { SSH_AUTH_SOCK: socket } });
    expect(failures(sshd)).toBe(0);
  });

  test.each([
    ['ed25519', []],
    ['ecdsa', ['-t', 'ecdsa']],
    ['rsa', ['-t', 'rsa']],
    ['rsa in PEM', ['-t', 'rsa', '-m', 'PEM']],
  ])(
    'asks for the passphrase of a locked %s key, again if it is mistyped, and remembers it',
    async (_type, more) => {
      const sshd = await startSshd();
      const locked = keyPair(sshd.folder, 'locked', '-N', 'secret words', ...more);
      authorize(sshd, locked);
      const asked: string[] = [];
      const host = await openHost(
        sshd,
        { lines: [`IdentityFile ${locked}`] },
        {
          askPassphrase: async (path) => {
            asked.push(path);
            return new Secret(asked.length === 1 ? 'secret word' : 'secret words');
          },
        },
      );
      expect(await host.processes.run(['true'], '.', anySignal)).toMatchObject({ exitCode: 0 });
      expect(asked).toEqual([locked, locked]);
    },
  );

  test('does not ask for the passphrase of a key that the server does not accept', async () => {
    const sshd = await startSshd();
    const locked = keyPair(sshd.folder, 'locked', '-N', 'secret words');
    const asked: string[] = [];
    await openHost(
      sshd,
      { lines: [`IdentityFile ${locked}`, `IdentityFile ${sshd.key}`] },
      {
        askPassphrase: async (path) => {
          asked.push(path);
          return null;
        },
      },
    );
    expect(asked).toEqual([]);
  });

  test('connects again if the server closed the connection while the passphrase was typed', async () => {
    const sshd = await startSshd();
    const locked = keyPair(sshd.folder, 'locked', '-N', 'secret words');
    authorize(sshd, locked);
    const proxy = await faultProxy(sshd.port);
    const known = [`[127.0.0.1]:${proxy.port} ${sshd.hostKey}`];
    await openHost(
      sshd,
      { port: proxy.port, known, lines: [`IdentityFile ${locked}`] },
      {
        askPassphrase: async () => {
          proxy.cut();
          return new Secret('secret words');
        },
      },
    );
    expect(proxy.connections).toBe(2);
  });

  test('without a passphrase, the problem says which key is locked', async () => {
    const sshd = await startSshd();
    const locked = keyPair(sshd.folder, 'locked', '-N', 'secret words');
    authorize(sshd, locked);
    const problem = await problemOf(openHost(sshd, { lines: [`IdentityFile ${locked}`] }));
    expect(problem.code).toBe('ERP-0707');
    expect(words(problem)).toContain(`${locked}: it is locked, and no passphrase was given`);
  });

  test('a key file that cannot be read is named, and not treated as missing', async () => {
    const sshd = await startSshd();
    const folder = join(sshd.folder, 'folder');
    mkdirSync(folder);
    const problem = await problemOf(openHost(sshd, { lines: [`IdentityFile ${folder}`] }));
    expect(problem).toMatchObject({ code: 'ERP-0707', why: 'There is no SSH key to offer.' });
    const reason = transport === 'ssh2' ? 'illegal operation on a directory (EISDIR)' : 'bad permissions';
    expect(words(problem)).toContain(`${folder}: ${reason}; check its owner and mode: ls -l ${folder}`);
  });

  test('a server that ends the login after fewer keys is reported as the same problem', async () => {
    const sshd = await startSshd('MaxAuthTries 2');
    const lines = keys(sshd, 4).map((key) => `IdentityFile ${key}`);
    expect(await problemOf(openHost(sshd, { lines }))).toMatchObject({ code: 'ERP-0707' });
  });

  test('no problem contains a secret', async () => {
    const sshd = await startSshd();
    const locked = keyPair(sshd.folder, 'locked', '-N', 'secret words');
    authorize(sshd, locked);
    const problem = await problemOf(
      openHost(
        sshd,
        { lines: [`IdentityFile ${locked}`] },
        { askPassphrase: async () => new Secret('guess-4711') },
      ),
    );
    expect(words(problem)).toContain('wrong passphrase');
    expect(words(problem)).not.toContain('guess-4711');
  });
});
