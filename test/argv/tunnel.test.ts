import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { tunnel, tunnelFolder } from '../../src/argv/tunnel.ts';
import type { Command } from '../../src/domain/shell-script.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

const file = {
  container: 'cloudflared',
  image: 'theirs',
  helper: 'ours',
  folder: '/etc/theirs',
  name: 'config.yml',
  sha256: 'abc',
  says: '',
};

/** The folder of a deployment, and a fake docker that records its arguments; the test sets its output and exit code. */
function deployment(validate: { readonly says: string; readonly exit: number }) {
  const folder = tempFolder();
  const at = (name: string) => join(folder, tunnelFolder, name);
  mkdirSync(join(folder, tunnelFolder), { recursive: true });
  writeFileSync(at('config.yml'), 'ingress: []\n');
  const docker = `#!/bin/sh\necho "$*" | tr '\\n' ' ' >>${folder}/asked; echo >>${folder}/asked\ncase "$*" in *"ingress validate") echo "${validate.says}"; exit ${validate.exit} ;; esac\n`;
  writeFileSync(join(folder, 'docker'), docker, { mode: 0o755 });
  return {
    at,
    asked: () => readFileSync(join(folder, 'asked'), 'utf8'),
    run: async ({ argv: [program, ...words], input = '' }: Command) => {
      const path = `${folder}:${process.env.PATH}`;
      const ended = await execa(program, words, { cwd: folder, env: { PATH: path }, input, reject: false });
      return { exit: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
    },
  };
}

describe('before the new configuration is installed', () => {
  test('cloudflared has to print OK for it: a warning with exit 0 is not enough', async () => {
    const { run, asked, at } = deployment({ says: 'WRN unknown key: ingres', exit: 0 });
    const { exit, stderr } = await run(tunnel.begin(file));
    expect(exit).toBe(1);
    expect(stderr).toContain('cloudflared rejected the configuration:\nWRN unknown key: ingres');
    expect(asked()).not.toContain('--entrypoint');
    expect(() => readFileSync(at('state'))).toThrow('ENOENT');
  });

  test('warnings are accepted if the plan showed the same ones', async () => {
    const { run, at } = deployment({ says: 'Warning: unused keys', exit: 0 });
    const says = createHash('sha256').update('Warning: unused keys\n').digest('hex');
    expect(await run(tunnel.begin({ ...file, says: `${says.slice(1)}0` }))).toMatchObject({ exit: 1 });
    expect(await run(tunnel.begin({ ...file, says }))).toMatchObject({ exit: 0 });
    const job = Number(readFileSync(at('pid'), 'utf8'));
    onTestFinished(() => void process.kill(job));
  });

  test('an image that does not run there is reported, since it validates nothing', async () => {
    const { run, asked, at } = deployment({ says: 'exec format error', exit: 126 });
    const { exit, stdout } = await run(tunnel.begin(file));
    const job = Number(readFileSync(at('pid'), 'utf8'));
    onTestFinished(() => void process.kill(job));
    expect(exit).toBe(0);
    expect(stdout).toContain('did not run, so the configuration was not validated: exec format error');
    expect(asked()).toContain('--entrypoint /bin/sh');
    expect(await run(tunnel.unsettled())).toMatchObject({ stdout: 'pending' });
  });

  test('the script of the job is stored by its checksum, and the job runs it from there', async () => {
    const { run, asked, at } = deployment({ says: 'OK', exit: 0 });
    expect(await run(tunnel.begin(file))).toMatchObject({ exit: 0 });
    const job = Number(readFileSync(at('pid'), 'utf8'));
    onTestFinished(() => void process.kill(job));
    const [stored = '', ...others] = readdirSync(at('.')).filter((name) => name.endsWith('.sh'));
    expect(others).toEqual([]);
    const text = readFileSync(at(stored), 'utf8');
    expect(stored).toBe(`${createHash('sha256').update(text).digest('hex')}.sh`);
    expect(statSync(at(stored)).mode & 0o777).toBe(0o600);
    expect(asked()).toContain(`ours /ours/${stored} replace config.yml abc config.yml`);
    await expect
      .poll(() => readFileSync(`/proc/${job}/cmdline`, 'utf8').replaceAll('\0', ' '))
      .toBe(`/bin/sh ./${stored} restart cloudflared ours /etc/theirs config.yml `);
  });

  test('nothing is changed if the script of the job arrives incomplete', async () => {
    const { run, at } = deployment({ says: 'OK', exit: 0 });
    const { argv, input = '' } = tunnel.begin(file);
    expect(await run({ argv, input: input.slice(0, -1) })).toMatchObject({ exit: 65 });
    expect(readdirSync(at('.'))).toEqual(['config.yml']);
  });
});

describe('a configuration that waits for confirmation', () => {
  const waiting = (state: string) => {
    const there = deployment({ says: 'OK', exit: 0 });
    writeFileSync(there.at('state'), `${state}\n`);
    // No process has this PID: it is above the maximum of Linux.
    writeFileSync(there.at('pid'), '4194305\n');
    writeFileSync(there.at('job.log'), 'No space left on device\n');
    return there;
  };

  test('is abandoned if its job has ended, as after a reboot', async () => {
    const { run } = waiting('pending');
    expect(await run(tunnel.unsettled())).toEqual({ exit: 0, stdout: 'abandoned', stderr: '' });
  });

  test('is not pending after it was confirmed', async () => {
    expect(await waiting('kept').run(tunnel.unsettled())).toEqual({ exit: 0, stdout: '', stderr: '' });
  });

  test('that could not be reverted is reported, with the path of the old configuration', async () => {
    const { run, at } = waiting('stuck');
    const { exit, stderr } = await run(tunnel.confirm('cloudflared', '127.0.0.1:1'));
    expect(exit).toBe(1);
    expect(stderr).toContain('No space left on device');
    expect(stderr).toContain(`could not be restored: it is in ${at('backup.yml')}`);
  });
});
