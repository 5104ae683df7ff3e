import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { scriptCommand } from '../../src/domain/shell-script.ts';
import { sampleOf } from '../run/sample.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { type RemoteScript, remoteScripts } from '../support/program/remote-scripts.ts';
import { pathOf, type ShellName } from '../support/program/shells.ts';

/** Arguments with which each script has a visible effect. */
const words: Readonly<Record<string, readonly string[]>> = {
  'backup.sh': ['read', 'file', '0'],
  'bridge.bash': ['127.0.0.1', '1'],
  'cloudflared-log.sh': ['tunnel', 'cloudflared'],
  'container-labels.sh': [],
  'drill.sh': ['remove', 'drill'],
  'dump.sh': ['make', '20', 'container', 'postgres-erp', 'erp', 'erp', 'dumps', '', ''],
  'end-group.sh': ['99999999'],
  'files.sh': ['', 'copy any target 600 name source'],
  'follow-start.sh': ['postgres-erp', '1', '180'],
  'frame.sh': ['.', '', '', 'none', 'touch', 'made'],
  'inspect.sh': ["run . '' touch made"],
  'lock.sh': ['take', 'folder', 'token', '{"v":1}'],
  'room.sh': ['/nowhere'],
  'schedule.sh': ['remove', 'cron', 'file', 'mark'],
  'scratch.sh': ['count', 'container', 'postgres-erp', 'erp', 'erp', 'dump'],
  'store-and-run.sh': ['.', '0', 'none'],
  'tunnel.sh': ['begin', 'cloudflared', 'theirs', 'ours', '/etc', 'config.yml', ''],
  'upgrade.sh': ['switch', 'postgres-erp', 'erp', 'erp', 'kept', ''],
};

/**
 * Runs a script cut before each of its bytes ($2 and so on), in a subshell of the shell that is tested. Prints the length
 * and the exit code of each that did not end with 65, how many files they made, and the exit code of the whole script.
 * $1 the launcher; ../words sets its words.
 */
const driver = `launcher=$1
shift
run() {
  (
    . ../words
    eval "$launcher"
  ) <../sent >../printed 2>&1
  code=$?
}
: >../sent
n=0
for byte; do
  run
  [ "$code" = 65 ] || echo "$n: $code"
  printf %s "$byte" >>../sent
  n=$((n + 1))
done
echo "cut: $(/bin/ls -A | /usr/bin/wc -l) files"
run
echo "whole: $code"
`;

interface Case {
  readonly script: RemoteScript;
  readonly shell: ShellName;
}

const cases: readonly Case[] = remoteScripts.flatMap((script) =>
  (['dash', 'bash'] as const)
    .filter((shell) => shell === 'bash' || !script.name.endsWith('.bash'))
    .map((shell) => ({ script, shell })),
);

it('has arguments for every script', () => {
  expect(Object.keys(words)).toEqual(remoteScripts.map(({ name }) => name));
});

it.each(sampleOf('cut scripts', cases, { usual: 5 }))(
  '$script.name does nothing in $shell if its stream is cut, at whatever byte',
  { timeout: 900_000 }, // starts a process for each byte
  async ({ script, shell }) => {
    const folder = tempFolder();
    const [bin, cwd] = [join(folder, 'bin'), join(folder, 'empty')];
    for (const made of [bin, cwd]) mkdirSync(made);
    // Every other program leaves a file in the folder, which has to stay empty.
    symlinkSync('/bin/dd', join(bin, 'dd'));
    const traced = [
      'docker',
      'dirname',
      'mkdir',
      'flock',
      'cat',
      'kill',
      'touch',
      'sha256sum',
      'grep',
      'find',
    ];
    for (const name of traced)
      writeFileSync(join(bin, name), `#!/bin/sh\n: >ran-${name}\nexit 1\n`, { mode: 0o755 });
    const { argv, input } = scriptCommand(script.name, script.text, words[script.name] ?? []);
    const [length = '', ...rest] = argv.slice(4);
    writeFileSync(
      join(folder, 'words'),
      `set -- ${[length, ...rest].map((word) => `'${word}'`).join(' ')}\n`,
    );
    const { stdout } = await execa(pathOf(shell), ['-c', driver, script.name, argv[2] ?? '', ...input], {
      cwd,
      env: { PATH: bin },
      extendEnv: false,
      reject: false,
    });
    const [cut, whole, ...more] = stdout.split('\n').slice(-2);
    expect(stdout.split('\n').slice(0, -2)).toEqual([]);
    expect([cut, more]).toEqual(['cut: 0 files', []]);
    // The complete script ran, so it ends with its own exit code.
    expect(whole).toMatch(/^whole: \d+$/);
    expect(whole).not.toBe('whole: 65');
  },
);
