import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anySignal, openHost, overEachTransport, problemOf, words } from './open-host.ts';
import { type Sshd, startSshd } from './sshd.ts';

/** A program that passes bytes between its standard streams and a port, as nc does. */
function relay({ folder }: Sshd): string {
  const file = join(folder, 'relay.mjs');
  writeFileSync(
    file,
    `import { connect } from 'node:net';
const socket = connect(Number(process.argv[3]), process.argv[2]);
process.stdin.pipe(socket).pipe(process.stdout);
socket.on('error', (error) => { console.error(error.code); process.exit(1); });
`,
  );
  return `"${process.execPath}" "${file}"`;
}

overEachTransport((transport) => {
  test('a ProxyCommand carries the connection', async () => {
    const sshd = await startSshd();
    const host = await openHost(sshd, { lines: [`ProxyCommand ${relay(sshd)} %h %p`] });
    await host.files.write('file', 'x'.repeat(500_000), 0o600);
    expect(readFileSync(join(sshd.home, 'file'))).toHaveLength(500_000);
  });

  test('the problem shows the output of a ProxyCommand that fails', async () => {
    const sshd = await startSshd();
    const lines = [`ProxyCommand ${relay(sshd)} %h 1`];
    const problem = await problemOf(openHost(sshd, { lines }));
    expect(problem).toMatchObject({ code: 'ERP-0703', excerpt: ['ECONNREFUSED'] });
  });

  test('a ProxyJump goes through the jump host, with its own configuration', async () => {
    const [jump, sshd] = [await startSshd(), await startSshd()];
    writeFileSync(join(jump.folder, 'known'), `[127.0.0.1]:${jump.port} ${jump.hostKey}\n`);
    const more = [
      'Host jump',
      '  HostName 127.0.0.1',
      `  Port ${jump.port}`,
      `  IdentityFile "${jump.key}"`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${join(jump.folder, 'known')}`,
      '  GlobalKnownHostsFile none',
    ];
    const host = await openHost(sshd, { lines: ['ProxyJump jump'], more });
    expect(await host.processes.run(['echo', 'through'], '.', anySignal)).toMatchObject({
      stdout: 'through',
    });
    expect(jump.log()).toContain('Accepted publickey');
    await host.close();

    writeFileSync(join(jump.folder, 'known'), '');
    const problem = await problemOf(openHost(sshd, { lines: ['ProxyJump jump'], more }));
    const expected = {
      ssh2: ['ERP-0703', 'Host key verification failed'],
      openssh: ['ERP-0704', `[127.0.0.1]:${jump.port}`],
    };
    const [code, text] = expected[transport];
    expect(problem.code).toBe(code);
    expect(words(problem)).toContain(text);
  });

  test('the program of a ProxyCommand ends with the connection', async () => {
    const sshd = await startSshd();
    const wrapper = join(sshd.folder, 'wrapper');
    const pid = join(sshd.folder, 'wrapper.pid');
    writeFileSync(wrapper, `#!/bin/sh\necho $$ > '${pid}'\nexec ${relay(sshd)} "$@"\n`);
    chmodSync(wrapper, 0o755);
    const host = await openHost(sshd, { lines: [`ProxyCommand "${wrapper}" %h %p`] });
    await host.close();
    const running = () => {
      try {
        return process.kill(Number(readFileSync(pid, 'utf8')), 0);
      } catch {
        return false;
      }
    };
    await expect.poll(running).toBe(false);
  });
});
