import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sampleOf } from '../run/sample.ts';
import { containersIn } from '../support/production/on-docker.ts';
import { type Operator, operator } from '../support/production/operator.ts';
import { programFile } from '../support/program/erp-deploy.ts';
import { problemIn } from '../support/program/problems.ts';
import { keys, Terminal } from '../support/wizard/terminal.ts';
import { emptyWorkspace, put, sharedWorkspace, textOf } from '../support/workspace/workspace.ts';

const home = '/home/da vid';
const folder = `${home}/services/postgres-erp`;
const settings = `engine: embedded\nproduction:\n  directory: ${folder}\n`;
const over = (transport: string) => `${settings}  ssh: ${transport}\n`;

/** `npm test` takes one transport, `npm run test:all` both. */
const transports = sampleOf('transports to an odd host', ['ssh2', 'openssh'], { usual: 2 });
const unlock = ['unlock', '--production-host', 'droplet'];

/** Makes a production host with every oddity that could break a simpler program. */
const oddities = `set -eu
ln -s /opt/compose-v1/docker-compose /usr/local/bin/docker-compose
rm /usr/libexec/docker/cli-plugins/docker-compose
mv /home/david '${home}'
sed -i 's|:/home/david:|:${home}:|' /etc/passwd
sed -i '1i echo "Welcome to the production host. erp-deploy: is not me"; echo "Mind the gap" >&2' '${home}/.bashrc'
printf 'AllowTcpForwarding no\\nMaxSessions 2\\nBanner /etc/motd\\n' >/etc/ssh/sshd_config.d/odd.conf
kill -HUP "$(cat /run/sshd.pid)"`;

describe.each(transports)('a production host with oddities, over %s', (transport) => {
  let there: Operator;
  let workspace: string;
  beforeAll(async () => {
    there = await operator({ name: 'odd', fresh: true });
    await onServer(oddities);
    workspace = sharedWorkspace();
    put(workspace, 'erp-deploy.config.yaml', over(transport));
  });

  test('is supported: no forwarding, two sessions, a banner, a blank in its home, compose v1', async () => {
    const { exit, stdout, stderr } = await there.rollOut(workspace, ['--create-env']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^cloudflare +3\.7 +verification +done +both containers healthy, the database/m);
    expect(textOf(workspace, '.erp-deploy/journal.jsonl')).toContain('"way":"docker exec"');
    const before = await containersIn(there.server.machine);
    const again = await there.rollOut(workspace);
    expect(again).toMatchObject({ exit: 0, stderr: '' });
    expect(again.stdout).toMatch(/^done: 0 done, \d+ unchanged, /m);
    expect(await containersIn(there.server.machine)).toEqual(before);
  });

  test('whose user may not use the engine is reported', async () => {
    await onServer('gpasswd --delete david docker');
    onTestFinished(() => onServer('gpasswd --add david docker'));
    const { exit, stderr } = await there.rollOut(workspace, ['--phase', 'production']);
    expect({ exit, code: codes(stderr)[0] }, stderr).toEqual({ exit: 3, code: 'ERP-0603' });
    expect(stderr).toContain('This user may not use the Docker engine on droplet.');
    expect(stderr).toContain('usermod -aG docker');
  });

  test('whose .env has another password than its database is reported and not changed', async () => {
    const env = `'${folder}/.env'`;
    await onServer(
      `cp -p ${env} /root/env && sed -i 's/^POSTGRES_PASSWORD=.*/POSTGRES_PASSWORD=${wrong}/' ${env}`,
    );
    const { exit, stderr } = await there.rollOut(workspace, ['--phase', 'production']);
    expect({ exit, code: codes(stderr)[0] }, stderr).toEqual({ exit: 4, code: 'ERP-0625' });
    expect(stderr).not.toContain(wrong);
    await onServer(`cp -p /root/env ${env}`);
    const repaired = await there.rollOut(workspace, ['--phase', 'production']);
    expect(repaired).toMatchObject({ exit: 0, stderr: '' });
  });

  async function onServer(script: string): Promise<void> {
    await there.server.machine.run(['sh', '-c', script]);
  }
});

describe('a production host with another host key, or an operator with another key', () => {
  test.each([
    ['changed', 'ERP-0705', ''],
    ['revoked', 'ERP-0706', '@revoked '],
  ])(
    'a host key that was %s is refused, with the known and the presented key',
    async (_how, code, marker) => {
      const place = emptyWorkspace();
      const { server } = await operator({ name: 'odd' });
      const known = join(place, 'known');
      const line = marker === '' ? await otherKey(place) : keyOf(server.knownHostsFile);
      writeFileSync(known, `${marker}[127.0.0.1]:${server.port} ${line}\n`);
      const { run } = await operator({ name: 'odd', known });
      const { exit, stderr } = await run(emptyWorkspace(), unlock);
      const problem = problemIn(stderr);
      expect({ exit, code: problem.code }).toEqual({ exit: 3, code });
      expect(problem.excerpt.join('\n').match(/SHA256:[\w+/]{43}/g)).toHaveLength(2);
    },
  );

  test('a rejected key of the operator is reported with the offered keys', async () => {
    const place = emptyWorkspace();
    await otherKey(place);
    const { run } = await operator({ name: 'odd', key: join(place, 'other') });
    const { exit, stderr } = await run(emptyWorkspace(), unlock);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0707' });
    expect(problemIn(stderr).excerpt).toEqual([expect.stringMatching(/^offered: .*\/key$/)]);
  });

  test.each(['3.1', '3.3'])(
    'a host key that is unknown is shown with what an approval does, whatever is selected: %s; declining writes nothing',
    async (step) => {
      const workspace = emptyWorkspace({ 'erp-deploy.config.yaml': settings, known: '# empty so far\n' });
      const { server, env } = await operator({ name: 'odd', known: join(workspace, 'known') });
      const words = ['run', '--production-host', 'droplet', '--only', step, '--without-local-test', 'a test'];
      const wizard = Terminal.start([process.execPath, programFile(), ...words], { cwd: workspace, env });
      const shown = await wizard.until('y trust and log in');
      expect(shown).toContain(`Trust the host key of [${server.host}]:${server.port}?`);
      expect(shown).toMatch(/key +ssh-ed25519\n\W+SHA256:[\w+/]{43}\W/);
      expect(shown).toContain('y: save it in');
      expect(shown).not.toContain('skip');
      wizard.press('n');
      await wizard.until('ERP-0704');
      wizard.press('q');
      expect(await wizard.exit()).toBe(2);
      expect(textOf(workspace, 'known')).toBe('# empty so far\n');
    },
  );

  test.each(['ssh2', 'openssh'])(
    'a locked key is asked for its passphrase in the terminal, unseen, until it opens: %s',
    async (transport) => {
      const { env } = await operator({ name: 'odd', passphrase });
      const workspace = emptyWorkspace({ 'erp-deploy.config.yaml': over(transport) });
      const words = [
        'run',
        '--production-host',
        'droplet',
        '--only',
        '3.1',
        '--without-local-test',
        'a test',
      ];
      const wizard = Terminal.start([process.execPath, programFile(), ...words], { cwd: workspace, env });
      await wizard.until('Passphrase of');
      wizard.press('wrong');
      await wizard.until('•••••▏');
      wizard.press(keys.enter);
      await wizard.until('wrong passphrase');
      wizard.press(passphrase);
      await wizard.until(`${'•'.repeat(passphrase.length)}▏`);
      wizard.press(keys.enter);
      // The login succeeded: the production host was checked, and the workspace has nothing to apply there.
      await wizard.until('ERP-0301');
      wizard.press('q');
      expect(await wizard.exit()).toBe(3);
      expect(wizard.raw()).not.toContain(passphrase);
      expect(textOf(workspace, '.erp-deploy/journal.jsonl')).not.toContain(passphrase);
    },
  );

  test('asks for a password as a second factor in the terminal, without echo, until it is accepted', async () => {
    const { env, server } = await operator({ name: 'two-factors', fresh: true });
    const config = 'AuthenticationMethods publickey,password\\nPasswordAuthentication yes\\n';
    const script = `echo 'david:${passphrase}' | chpasswd
printf '${config}' >/etc/ssh/sshd_config.d/10-two.conf && kill -HUP "$(cat /run/sshd.pid)"`;
    await server.machine.run(['sh', '-c', script]);
    const workspace = emptyWorkspace({ 'erp-deploy.config.yaml': 'engine: embedded\n' });
    const words = ['run', '--production-host', 'droplet', '--only', '3.1', '--without-local-test', 'a test'];
    const wizard = Terminal.start([process.execPath, programFile(), ...words], { cwd: workspace, env });
    await wizard.until(/droplet asks: .*password:/);
    wizard.press(`wrong${keys.enter}`);
    await wizard.until('not accepted');
    wizard.press(`${passphrase}${keys.enter}`);
    await wizard.until('ERP-0301');
    wizard.press('q');
    expect(await wizard.exit()).toBe(3);
    expect(wizard.raw()).not.toContain(passphrase);
    expect(textOf(workspace, '.erp-deploy/journal.jsonl')).not.toContain(passphrase);
  });

  test('a command without a screen asks for it too, on stderr and without echo; Ctrl-C cancels', async () => {
    const { env } = await operator({ name: 'odd', passphrase });
    const workspace = emptyWorkspace({ 'erp-deploy.config.yaml': settings });
    const start = () => Terminal.start([process.execPath, programFile(), ...unlock], { cwd: workspace, env });
    const terminal = start();
    await terminal.until(/Passphrase of \S+\/key /);
    terminal.press(`wrong${keys.enter}`);
    await terminal.until('Wrong passphrase.');
    terminal.press(`${passphrase}${keys.enter}`);
    expect(await terminal.exit()).toBe(0);
    expect(terminal.history()).toContain('The lock of droplet is free already.');
    expect(terminal.raw()).not.toMatch(`wrong|${passphrase}`);
    expect(terminal.left().lineMode).toBe(true);
    const left = start();
    await left.until('Passphrase of');
    left.press(keys.ctrlC);
    expect(await left.exit()).toBe(130);
    expect(left.left().lineMode).toBe(true);
  });

  test('without a terminal, a locked key is not offered, and the problem explains how to unlock it', async () => {
    const { run } = await operator({ name: 'odd', passphrase });
    const { exit, stderr } = await run(emptyWorkspace(), unlock);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0707' });
    expect(stderr).toMatch(/skipped: (\S+): it is locked, and no passphrase was given; .*: ssh-add \1/);
  });
});

const passphrase = 'open-sesame-1001';
const wrong = 'not-the-password-of-this-database-at-all';

const codes = (stderr: string) => stderr.match(/^ERP-\d{4}/gm) ?? [];

/** Makes a new key named `other` in a folder; returns its public half in the format of known_hosts. */
async function otherKey(place: string): Promise<string> {
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(place, 'other')]);
  return readFileSync(join(place, 'other.pub'), 'utf8').trim();
}

function keyOf(knownHostsFile: string): string {
  const line = readFileSync(knownHostsFile, 'utf8').match(/ssh-ed25519 \S+/);
  if (line === null) throw new Error('the production host has no such key');
  return line[0];
}

test('a saved plan is bound to the host key, which is compared before the login, and covers production', async () => {
  const there = await operator({ name: 'planned', fresh: true });
  const workspace = emptyWorkspace();
  const production = ['--engine', 'embedded', '--production-host', 'droplet'];
  const made = await there.run(workspace, ['plan', ...production, '--until', '3.1', '--out', 'p.json']);
  expect(made, made.stderr).toMatchObject({ exit: 0 });
  const saved = textOf(workspace, 'p.json');
  const [, hostKey = ''] = /"hostKey": "(SHA256:[^"]+)"/.exec(saved) ?? [];
  expect(hostKey).not.toBe('');
  const run = (file: string) =>
    there.run(workspace, ['run', '--non-interactive', ...production, '--plan', file, '--create-env']);
  put(workspace, 'other.json', saved.replace(hostKey, 'SHA256:other'));
  const refused = await run('other.json');
  expect({ exit: refused.exit, ...problemIn(refused.stderr) }).toMatchObject({
    exit: 3,
    code: 'ERP-0341',
    excerpt: [`host key: was SHA256:other, is ${hostKey}`],
  });
  const applied = await run('p.json');
  expect({ exit: applied.exit, stderr: applied.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(applied.stdout).toMatch(/^production +3\.1 +pre-deployment +done/m);
});
