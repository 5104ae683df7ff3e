import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scheduledBackup } from '../../src/argv/backup.ts';
import { cronEntry, type DailyBackup, schedule, unitsOf } from '../../src/argv/schedule.ts';
import type { Command } from '../../src/domain/shell-script.ts';
import { byExtent } from '../run/sample.ts';
import { type RealPostgres, startPostgres } from '../support/database/real-postgres.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { cronEnds, crontabOf, systemdVerify } from '../support/program/schedulers.ts';

let server: RealPostgres;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

/** A deployment whose directory contains every character with a special meaning for a shell, systemd or cron. */
function deployment() {
  const directory = join(tempFolder(), `a "b" $HOME 50%n it's \\`);
  mkdirSync(join(directory, '.erp-deploy'), { recursive: true });
  const bin = join(tempFolder(), 'bin');
  mkdirSync(bin);
  const { host, port, user, database } = server.config;
  // docker exec -i -e … -e … -e … CONTAINER PROGRAM…
  const docker = `#!/bin/sh\nshift 9\nPGHOST=${host} PGPORT=${port} PGUSER=${user} PGDATABASE=${database} exec "$@"\n`;
  writeFileSync(join(bin, 'docker'), docker, { mode: 0o755 });
  const programs = { in: 'container', container: 'c', user: 'u', database: `${database}` } as const;
  const daily: DailyBackup = {
    file: join(directory, '.erp-deploy/scheduled-backup.sh'),
    text: scheduledBackup(directory, programs, '.erp-deploy/database-backups', 2),
    directory,
    unit: 'erp-deploy-backup-postgres-erp',
    at: '03:15',
  };
  const made = () => readdirSync(join(directory, '.erp-deploy/database-backups'));
  return { daily, bin, made };
}

const run = ({ argv: [program, ...words], input = '' }: Command, path: string) =>
  execa(program, words, { input, env: { PATH: path }, reject: false });

test('the units are valid, and the command of ExecStart makes a backup', async () => {
  const { daily, bin, made } = deployment();
  writeFileSync(daily.file, daily.text);
  const { service, timer } = unitsOf(daily);
  expect(await systemdVerify(daily.unit, service, timer)).toBe('');
  const [, word = ''] = /^ExecStart=\/bin\/sh "(.*)"$/m.exec(service) ?? [];
  const file = word.replaceAll(/\\(.)|([$%])\2/g, '$1$2');
  expect(file).toBe(daily.file);
  const { exitCode, stderr, stdout } = await execa('/bin/sh', [file], {
    cwd: '/',
    env: { PATH: `${bin}:/usr/bin:/bin` },
    reject: false,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(made()).toContain(`${stdout}.json`);
});

test('a crontab entry is added, replaced and removed; other entries stay', async () => {
  const { daily } = deployment();
  const other = { ...daily, directory: `${daily.directory}2` };
  const crontab = crontabOf(['MAILTO=""', '# mine', '1 2 3 4 5 true # erp-deploy backup of nothing']);
  const path = `${crontab.bin}:/usr/bin:/bin`;
  expect((await run(schedule.find(), path)).stdout).toBe('cron');
  for (const one of [daily, other, { ...daily, at: '04:00' }])
    expect(await run(schedule.install('cron', one), path)).toMatchObject({ exitCode: 0, stderr: '' });
  const mine = crontab.lines().slice(0, 3);
  expect(crontab.lines().slice(3)).toEqual([cronEntry(other), cronEntry({ ...daily, at: '04:00' })]);
  expect(await run(schedule.remove('cron', daily), path)).toMatchObject({ exitCode: 0, stderr: '' });
  expect(crontab.lines()).toEqual([...mine, cronEntry(other)]);
  expect(existsSync(daily.file)).toBe(false);
});

test.runIf(byExtent({ usual: false, all: true }))(
  'cron makes a backup at that time',
  async () => {
    const { daily, bin, made } = deployment();
    writeFileSync(daily.file, daily.text);
    const entry = cronEntry(daily).replace(/^15 3/, '* *');
    await cronEnds(`PATH=${bin}:/usr/bin:/bin\n${entry}\n`, () =>
      made().some((name) => basename(name).endsWith('.json')),
    );
    expect(made().some((name) => name.endsWith('.dump'))).toBe(true);
  },
  180_000,
);
