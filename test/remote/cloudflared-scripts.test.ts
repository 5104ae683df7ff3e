import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { tunnel } from '../../src/argv/tunnel.ts';
import type { Command } from '../../src/domain/shell-script.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

/** Runs a command with this script as docker. */
async function run({ argv: [program, ...words], input = '' }: Command, docker: string) {
  const folder = tempFolder();
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${docker}\n`, { mode: 0o755 });
  const env = { PATH: `${folder}:${process.env.PATH}`, TMPDIR: folder };
  const { stdout, exitCode } = await execa(program, words, { cwd: folder, env, input, reject: false });
  return { stdout, exitCode, left: (await execa('ls', [folder])).stdout };
}

const id = '6ff42ae2-765d-4adf-8112-31c55c1551ef';

test.each([
  ['lines', `2026-11-23T03:00:00Z INF Starting tunnel tunnelID=${id}`],
  ['JSON', `{"level":"info","tunnelID":"${id}","time":"2026-11-23T03:00:00Z","message":"Starting tunnel"}`],
])('reads the id of a tunnel from a log in %s', async (_, line) => {
  const { stdout } = await run(tunnel.idInLog('cloudflared'), `echo '${line}'; echo other`);
  expect(stdout).toBe(`tunnelID=${id}`);
});

test('cloudflared validates both configurations unchanged, and no file is left', async () => {
  const [before, after] = ['tunnel: ü\n', 'tunnel: ü # "$HOME"\nx: 1\n'];
  const docker = `
    for word; do case $word in type=bind,source=*) file=\${word#*source=} file=\${file%%,*} ;; esac; done
    cat "$file"; exit 3`;
  const { stdout, exitCode, left } = await run(tunnel.compare('theirs', before, after), docker);
  const [one, first = '', other, second = ''] = stdout.split('\n');
  expect([one, other, exitCode]).toEqual(['3', '3', 0]);
  expect([first, second].map((text) => Buffer.from(text, 'base64').toString())).toEqual([before, after]);
  expect(left).toBe('docker');
});
