import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import { startS3 } from '../doubles/support/s3.ts';
import { type RealPostgres, startPostgres } from '../support/database/real-postgres.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, put } from '../support/workspace/workspace.ts';

let server: RealPostgres;
beforeAll(async () => {
  server = await startPostgres();
  const session = await openPostgres(server.config);
  await session.script(`create table people (name text); create table "odd ""name" (id int);
    insert into people values ('Ada'), ('Bob'); create role keeper login password 'hush'`);
  await session.close();
}, 60_000);
afterAll(() => server.stop());

let workspace: string;
let made: string;
let copies: string;
let keys: Readonly<Record<string, string>>;
beforeEach(() => {
  keys = {};
  copies = join(tempFolder(), 'copies');
  const settings = `backup: { keep: 2, keep-copies: 3, folder: ${copies} }\n`;
  workspace = emptyWorkspace({ 'erp-deploy.config.yaml': settings });
  made = join(workspace, `.erp-deploy/database-backups/127.0.0.1_${server.config.port}_postgres`);
});

const program = (words: readonly string[], path = '') =>
  erpDeploy(
    workspace,
    [...words, '--database-url', `postgres://postgres@127.0.0.1:${server.config.port}/postgres`],
    { env: { PATH: `${path}${process.env.PATH}`, ...keys } },
  );
const backup = (path?: string) => program(['backup'], path);

/** Returns the names of complete backups in a folder. */
const complete = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));

/** Copies a backup, or only some of its files, into a folder under the name of another year. */
function old(folder: string, year: number, endings = ['.dump', '.roles.sql', '.json']): string {
  const name = `${year}0101T000000Z`;
  for (const ending of endings) put(folder, `${name}${ending}`, 'x');
  return name;
}

test('makes a backup with row counts by table and roles without passwords, and a copy that only the owner can read', async () => {
  const { exit, stdout, stderr } = await backup();
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  const [name = ''] = complete(made);
  expect(stdout).toContain(`${name}: 2 tables with 2 rows`);
  expect(stdout).toContain(`copied to ${copies}: ${name}`);
  const manifest = JSON.parse(readFileSync(join(made, `${name}.json`), 'utf8'));
  expect(manifest.rows).toEqual({ 'public.people': 2, 'public."odd ""name"': 0 });
  const roles = readFileSync(join(copies, `${name}.roles.sql`), 'utf8');
  expect(roles).toContain('CREATE ROLE keeper');
  expect(roles).not.toMatch(/SCRAM|PASSWORD '/);
  for (const file of readdirSync(copies)) {
    expect(readFileSync(join(copies, file))).toEqual(readFileSync(join(made, file)));
    expect(statSync(join(copies, file)).mode & 0o777).toBe(0o600);
  }
});

test('keeps the newest backups, and removes older ones only after a new one is complete', async () => {
  old(made, 2019);
  const kept = old(made, 2021);
  for (const year of [2017, 2018, 2020, 2021]) old(copies, year);
  expect(await backup()).toMatchObject({ exit: 0 });
  expect(complete(made)).toEqual([kept, expect.stringMatching(/^2\d{3}/)]);
  expect(complete(copies)).toEqual(['20200101T000000Z', kept, complete(made).at(-1)]);
  expect(readdirSync(copies)).toHaveLength(9);
});

test('names a manifest that it cannot read', async () => {
  const name = old(made, 2020);
  const { exit, stderr } = await backup();
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0859' });
  expect(stderr).toContain(`${name}.json on this machine is not a manifest`);
});

test('keeps the new backup if the clock was set back since the others were made', async () => {
  for (const year of [2998, 2999]) old(made, year);
  rmSync(join(workspace, 'erp-deploy.config.yaml'));
  put(workspace, 'erp-deploy.config.yaml', 'backup: { keep: 1 }\n');
  expect(await backup()).toMatchObject({ exit: 0 });
  expect(complete(made)).toEqual([expect.stringMatching(/^20/), '29990101T000000Z']);
});

test('ignores and removes what a killed run left', async () => {
  old(made, 2019, ['.dump.part', '.roles.part']);
  old(made, 2020, ['.dump', '.roles.sql']);
  old(copies, 2018, ['.dump']);
  for (const year of [2019, 2021, 2022]) old(copies, year);
  expect(await backup()).toMatchObject({ exit: 0 });
  expect(readdirSync(made).filter((name) => !name.startsWith(complete(made)[0] ?? ''))).toEqual(['lock']);
  expect(readdirSync(copies).filter((name) => name.startsWith('2018'))).toEqual([]);
});

test('completes an interrupted copy', async () => {
  await backup();
  const [name = ''] = complete(made);
  rmSync(join(copies, `${name}.json`));
  writeFileSync(join(copies, `${name}.dump`), 'cut');
  await backup();
  expect(complete(copies)).toContain(name);
  expect(readFileSync(join(copies, `${name}.dump`))).toEqual(readFileSync(join(made, `${name}.dump`)));
});

test('does not copy a dump that has changed since it was verified', async () => {
  await backup();
  const [newest = ''] = complete(made);
  // Gives the backup another time, because a second one in the same second would replace it.
  const name = '20200101T000000Z';
  for (const ending of ['.dump', '.roles.sql', '.json'])
    renameSync(join(made, `${newest}${ending}`), join(made, `${name}${ending}`));
  rmSync(copies, { recursive: true });
  appendFileSync(join(made, `${name}.dump`), 'x');
  const manifest = join(made, `${name}.json`);
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/"bytes": (\d+)/, '"bytes": 1$1'));
  const { exit, stderr } = await backup();
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0858' });
  expect(complete(copies)).not.toContain(name);
});

test('reports a dump that fails in the middle, and keeps the earlier backup', async () => {
  const earlier = old(made, 2020);
  const bin = tempFolder();
  const broken =
    '#!/bin/sh\n[ "$1" != --version ] || exec /usr/bin/pg_dump "$@"\necho begun\necho broken >&2\nexit 1\n';
  writeFileSync(join(bin, 'pg_dump'), broken, { mode: 0o755 });
  const { exit, stderr } = await backup(`${bin}:`);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0856' });
  expect(stderr).toContain('broken');
  expect(complete(made)).toEqual([earlier]);
  expect(readdirSync(made).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('refuses to start while another backup is running', async () => {
  old(made, 2020);
  const holder = spawn('flock', [join(made, 'lock'), 'sh', '-c', 'echo held; read end'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill());
  await once(holder.stdout, 'data');
  const { exit, stderr } = await backup();
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 6, code: 'ERP-0857' });
  holder.stdin.end();
});

test('doctor and status report a missed backup for each location until one is made', async () => {
  old(made, 2020);
  const missed = /A backup was missed in .*: the newest one is \d+ days old/;
  const none = /A backup was missed in .*copies: none was made yet/;
  for (const words of [['doctor'], ['status', '--only', '3.1']]) {
    const { stdout, stderr } = await program(words);
    expect(stdout + stderr).toMatch(missed);
    expect(stdout + stderr).toMatch(none);
  }
  await backup();
  for (const words of [['doctor'], ['status', '--only', '3.1']]) {
    const { stdout, stderr } = await program(words);
    expect(stdout + stderr).not.toContain('was missed');
  }
});

test('copies into a bucket, whose key is in the environment', async () => {
  const s3 = await startS3('key-id', 'key-secret');
  onTestFinished(() => s3.stop());
  const settings = `backup: { s3: { endpoint: "${s3.endpoint}", prefix: production/ } }\n`;
  writeFileSync(join(workspace, 'erp-deploy.config.yaml'), settings);
  const missing = await backup();
  expect({ exit: missing.exit, code: problemIn(missing.stderr).code }).toEqual({ exit: 2, code: 'ERP-0867' });
  keys = { AWS_ACCESS_KEY_ID: 'key-id', AWS_SECRET_ACCESS_KEY: 'key-secret' };
  const { exit, stdout } = await backup();
  expect(exit).toBe(0);
  const [newest = ''] = complete(made);
  expect(stdout).toContain(`copied to ${s3.endpoint}/production/: ${newest}`);
  expect(s3.objects.get(`production/${newest}.dump`)).toEqual(readFileSync(join(made, `${newest}.dump`)));
  expect([...s3.objects.keys()].filter((name) => name.endsWith('.json'))).toEqual([
    `production/${newest}.json`,
  ]);
});

test('encrypts copies to a public key without the private key, and leaves no unencrypted copy', async () => {
  const identity = await generateIdentity();
  const recipient = await identityToRecipient(identity);
  const settings = `backup: { folder: ${copies}, encrypt-to: ${recipient} }\n`;
  writeFileSync(join(workspace, 'erp-deploy.config.yaml'), settings);
  const { exit, stdout } = await backup();
  expect({ exit, stdout }).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('encrypted and copied to'),
  });
  const [name = ''] = complete(copies);
  expect(readdirSync(copies).toSorted()).toEqual([
    `${name}.dump.age`,
    `${name}.json`,
    `${name}.roles.sql.age`,
  ]);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const dump = await decrypter.decrypt(readFileSync(join(copies, `${name}.dump.age`)));
  expect(Buffer.from(dump)).toEqual(readFileSync(join(made, `${name}.dump`)));
  const drill = await program(['restore', '--drill']);
  expect({ exit: drill.exit, code: problemIn(drill.stderr).code }).toEqual({ exit: 2, code: 'ERP-0868' });
  const other = join(workspace, 'other.key');
  writeFileSync(other, `# created: now\n${await generateIdentity()}\n`, { mode: 0o600 });
  const wrong = await program(['restore', '--drill', '--identity', 'other.key']);
  expect({ exit: wrong.exit, code: problemIn(wrong.stderr).code }).toEqual({ exit: 3, code: 'ERP-0869' });
});

test('says that there is nothing to back up with the embedded engine only', async () => {
  const { exit, stderr } = await erpDeploy(workspace, ['backup', '--engine', 'embedded']);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0855' });
});
