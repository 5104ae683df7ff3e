import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { tempFolder } from '../disk/temp-folder.ts';

/** Returns the findings of `systemd-analyze verify` about a service and its timer; empty if there are none. */
export async function systemdVerify(unit: string, service: string, timer: string): Promise<string> {
  const folder = tempFolder();
  writeFileSync(join(folder, `${unit}.service`), service);
  writeFileSync(join(folder, `${unit}.timer`), timer);
  // Only these units, and the targets of systemd.
  const { exitCode, all } = await execa(
    'systemd-analyze',
    [
      'verify',
      '--man=no',
      '--recursive-errors=no',
      join(folder, `${unit}.timer`),
      join(folder, `${unit}.service`),
    ],
    { all: true, reject: false, env: { SYSTEMD_UNIT_PATH: `${folder}:` } },
  );
  return exitCode === 0 ? '' : `exit ${exitCode}: ${all}`;
}

/** Makes a fake crontab program that stores its lines in a file. `cronEnds` uses the real one. */
export function crontabOf(lines: readonly string[]) {
  const bin = join(tempFolder(), 'bin');
  mkdirSync(bin);
  const file = join(bin, 'table');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  const script = `#!/bin/sh\nif [ "$1" = -l ]; then exec cat '${file}'; fi\ncat >'${file}.new' && mv '${file}.new' '${file}'\n`;
  writeFileSync(join(bin, 'crontab'), script, { mode: 0o755 });
  return { bin, lines: () => readFileSync(file, 'utf8').split('\n').slice(0, -1) };
}

/**
 * Runs a real cron with this crontab of the present user until the condition holds; then restores the earlier crontab
 * of the user.
 */
export async function cronEnds(crontab: string, holds: () => boolean): Promise<void> {
  const { stdout: own, exitCode } = await execa('crontab', ['-l'], { reject: false });
  execFileSync('crontab', ['-'], { input: crontab });
  const daemon = spawn('/usr/sbin/cron', ['-f'], { stdio: 'ignore' });
  try {
    while (!safely(holds)) await pause(500);
  } finally {
    daemon.kill();
    if (exitCode === 0) execFileSync('crontab', ['-'], { input: `${own}\n` });
    else execFileSync('crontab', ['-r']);
  }
}

/** Returns false if the condition throws, because the file may not exist yet. */
function safely(holds: () => boolean): boolean {
  try {
    return holds();
  } catch {
    return false;
  }
}
