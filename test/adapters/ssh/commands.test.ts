import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { dumps } from '../../../src/argv/dump.ts';
import { scriptCommand } from '../../../src/domain/shell-script.ts';
import { anySignal, openHost, overEachTransport, problemOf } from './open-host.ts';
import { startSshd } from './sshd.ts';

overEachTransport((_transport) => {
  test('a command runs in a folder of the home directory, whatever its name', async () => {
    const sshd = await startSshd();
    mkdirSync(join(sshd.home, 'a folder'));
    const host = await openHost(sshd);
    expect(host.files.root).toBe(sshd.home);
    const { stdout, exitCode } = await host.processes.run(['pwd'], 'a folder', anySignal);
    expect({ stdout, exitCode }).toEqual({ stdout: join(sshd.home, 'a folder'), exitCode: 0 });
  });

  test('every argument arrives unchanged', async () => {
    const host = await openHost(await startSshd());
    const odd = [
      '',
      ' ',
      "it's",
      '"',
      '\\',
      "\\'",
      '$HOME `id` $(id)',
      '*',
      '-n',
      'a\nb',
      '!x',
      'ä😀',
      '~',
      '#',
    ];
    const { stdout } = await host.processes.run(['printf', '%s\\0', ...odd], '.', anySignal);
    expect(stdout.split('\0').slice(0, -1)).toEqual(odd);
  });

  test('stdout and stderr are separate, and each line is reported when it arrives', async () => {
    const host = await openHost(await startSshd());
    const told: string[] = [];
    const argv = ['/bin/sh', '-c', 'echo one; echo two >&2; printf three; exit 3'] as const;
    const result = await host.processes.run(argv, '.', anySignal, (line) => told.push(line));
    expect(result).toEqual({ exitCode: 3, stdout: 'one\nthree', stderr: 'two', notFound: false });
    expect(told.toSorted()).toEqual(['one', 'three', 'two']);
  });

  test('an output of some megabytes is complete, although its lines are reported', async () => {
    const host = await openHost(await startSshd());
    const print = ['/bin/sh', '-c', 'seq 400000'] as const;
    const lines: string[] = [];
    const { stdout } = await host.processes.run(print, '.', anySignal, (line) => lines.push(line));
    expect(lines).toHaveLength(400_000);
    expect(stdout === lines.join('\n')).toBe(true);
    const streamed = await host.processes.run(print, '.', anySignal, () => undefined, { streamed: true });
    expect(streamed.stdout.length).toBeLessThan(200_000);
  });

  test('a command that a signal ended has no exit code', async () => {
    const host = await openHost(await startSshd());
    const { exitCode } = await host.processes.run(['/bin/sh', '-c', 'kill -9 $$'], '.', anySignal);
    expect(exitCode).toBeNull();
  });

  test('a missing or non-executable program is distinguished from one that fails', async () => {
    const sshd = await startSshd();
    writeFileSync(join(sshd.home, 'plain'), '');
    const host = await openHost(sshd);
    const run = (...argv: [string, ...string[]]) => host.processes.run(argv, '.', anySignal);
    expect(await run('no-such-program')).toMatchObject({ notFound: true });
    expect(await run('./plain')).toMatchObject({ notFound: true });
    expect(await run('/bin/sh', '-c', 'exit 127')).toMatchObject({ notFound: false, exitCode: 127 });
  });

  test('a missing folder is named as the cause, and not the program', async () => {
    const host = await openHost(await startSshd());
    await expect(host.processes.run(['true'], 'nowhere', anySignal)).rejects.toMatchObject({
      name: 'FileFault',
      errno: 'ENOENT',
      path: 'nowhere',
    });
  });

  test('the output of a command does not contain what the startup files of the shell print', async () => {
    const sshd = await startSshd();
    writeFileSync(join(sshd.home, '.bashrc'), 'printf "Welcome!\\nNo newline at the end"; echo noise >&2\n');
    const host = await openHost(sshd);
    const { stdout, stderr } = await host.processes.run(
      ['/bin/sh', '-c', 'echo out; echo err >&2'],
      '.',
      anySignal,
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'out', stderr: 'err' });
    await host.files.write('file', 'text', 0o600);
    expect(await host.files.read('file')).toBe('text');
  });

  test('a login shell that runs no command is a problem that shows its output', async () => {
    const sshd = await startSshd('ForceCommand echo This account is for forwarding alone.');
    const problem = await problemOf(openHost(sshd));
    expect(problem).toMatchObject({ code: 'ERP-0713', excerpt: ['This account is for forwarding alone.'] });
  });

  test('a command runs in the C locale, with empty stdin', async () => {
    const host = await openHost(await startSshd());
    const { stdout } = await host.processes.run(['/bin/sh', '-c', 'echo "$LC_ALL"; cat'], '.', anySignal);
    expect(stdout).toBe('C');
  });

  test('a script arrives complete, with its arguments and its stdin', async () => {
    const host = await openHost(await startSshd());
    const data = 'ä😀\n'.repeat(200_000);
    const text =
      '#!/bin/sh\n# A comment.\nmain() {\n  printf "%s|" "$@"\n  sha256sum | cut -c 1-64\n}\nmain "$@"\n';
    const { argv, input } = scriptCommand('sum.sh', text, ["it's", '$HOME']);
    const given = { input: `${input}${data}` };
    const { stdout, exitCode } = await host.processes.run(argv, '.', anySignal, undefined, given);
    const sum = createHash('sha256').update(data).digest('hex');
    expect({ stdout, exitCode }).toEqual({ stdout: `it's|$HOME|${sum}`, exitCode: 0 });
  });

  test('a query that takes too long is ended on the host, and is a problem', async () => {
    const sshd = await startSshd();
    const host = await openHost(sshd, {}, { limits: { query: 1500 } });
    const argv = ['/bin/sh', '-c', 'echo $$ > pid; exec sleep 60'] as const;
    const problem = await problemOf(host.processes.run(argv, '.', anySignal));
    expect(problem.code).toBe('ERP-0711');
    const pid = (await host.files.read('pid')).trim();
    expect(await host.processes.run(['kill', '-0', pid], '.', anySignal)).not.toMatchObject({ exitCode: 0 });
  });

  test('a change may take longer than a query as long as it prints', async () => {
    const host = await openHost(await startSshd(), {}, { limits: { query: 1500, silence: 1500 } });
    const argv = ['/bin/sh', '-c', 'for i in 1 2 3 4 5; do echo $i; sleep 0.5; done; sleep 60'] as const;
    const told: string[] = [];
    const problem = await problemOf(host.processes.run(argv, '.', anySignal, (line) => told.push(line)));
    expect(told).toEqual(['1', '2', '3', '4', '5']);
    expect(problem).toMatchObject({ code: 'ERP-0711', why: expect.stringContaining('printed nothing') });
  });

  test('an aborted command is ended on the host', async () => {
    const host = await openHost(await startSshd());
    const stop = new AbortController();
    const argv = ['/bin/sh', '-c', 'echo $$; exec sleep 60'] as const;
    let pid = '';
    const running = host.processes.run(argv, '.', stop.signal, (line) => {
      pid = line;
      stop.abort(new Error('called off'));
    });
    await expect(running).rejects.toThrow('called off');
    expect(await host.processes.run(['kill', '-0', pid], '.', anySignal)).not.toMatchObject({ exitCode: 0 });
  });

  test("the arguments of a command are not in other users' process lists", async () => {
    const sshd = await startSshd();
    mkdirSync(join(sshd.folder, 'bin'));
    const program = join(sshd.folder, 'bin', 'look-around');
    writeFileSync(
      program,
      '#!/bin/sh\ntr "\\0" " " < /proc/$$/cmdline; tr "\\0" " " < /proc/$PPID/cmdline\n',
    );
    chmodSync(program, 0o755);
    const host = await openHost(sshd);
    const { stdout } = await host.processes.run(['look-around', 'word'], '.', anySignal);
    // Neither the login shell nor /bin/sh remains as a parent.
    expect(stdout).toMatch(/^\/bin\/sh \S+look-around word sshd: /);
  });

  test('a change is made only while the lock contains its token, and a run that takes the lock over can wait for its end', async () => {
    const sshd = await startSshd();
    const file = join(sshd.folder, 'token');
    const host = await openHost(sshd, {}, { lock: () => ({ file, token: 'ours' }) });
    const change = (...argv: [string, ...string[]]) =>
      host.processes.run(argv, '.', anySignal, () => undefined);
    expect(await problemOf(change('true'))).toMatchObject({ code: 'ERP-0720', exit: 6 });
    writeFileSync(file, 'theirs');
    expect(await problemOf(change('true'))).toMatchObject({ code: 'ERP-0720', exit: 6 });
    writeFileSync(file, 'ours');
    const isFree = async () =>
      (await host.processes.run(['flock', '-n', '-x', file, 'true'], '.', anySignal)).exitCode;
    const running = change('sleep', '1');
    await expect.poll(isFree).toBe(1);
    expect(await running).toMatchObject({ exitCode: 0 });
    expect(await isFree()).toBe(0);
  });

  test.each([
    ['continues, because it reports progress', 'printf more', { exitCode: 0 }],
    ['fails only with its own exit code', 'exit 7', { exitCode: 7 }],
  ])(
    'a dump that takes longer than the silence limit of a change %s, and leaves nothing behind',
    async (_, end, wanted) => {
      const sshd = await startSshd();
      const [bin, folder] = [join(sshd.home, 'bin'), `dumps-${basename(sshd.folder)}`];
      mkdirSync(bin);
      const programs = {
        psql: 'echo 1',
        pg_dump: `printf half; sleep 3; ${end}`,
        pg_dumpall: '',
        pg_restore: '',
      };
      for (const [name, script] of Object.entries(programs)) {
        writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      }
      const host = await openHost(sshd, {}, { limits: { silence: 2000 } });
      const make = dumps.make({ in: 'environment' }, folder, '', 1);
      const argv = ['env', `PATH=${bin}:${process.env.PATH}`, 'PGDATABASE=x', ...make.argv] as const;
      const told: string[] = [];
      const { input } = make;
      const ended = await host.processes.run(argv, '.', anySignal, (line) => told.push(line), { input });
      expect(ended).toMatchObject(wanted);
      expect(told).toContainEqual(expect.stringMatching(/^processing \S+\.part: 4 bytes$/));
      const still = await host.processes.run(['pgrep', '-f', `[d]${folder.slice(1)}`], '.', anySignal);
      expect(still.stdout).toBe('');
      const left = readdirSync(join(sshd.home, folder)).map((name) => name.replace(/^\w+\./, ''));
      expect(left.sort()).toEqual(wanted.exitCode === 0 ? ['dump', 'roles.sql'] : []);
    },
  );
});
