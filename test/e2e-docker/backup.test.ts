import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  askDatabase,
  containersIn,
  dockerMachine,
  erpDeployIn,
  rollOutIn,
} from '../support/production/on-docker.ts';
import { type Operator, operator } from '../support/production/operator.ts';
import { problemIn } from '../support/program/problems.ts';
import { put, sharedWorkspace } from '../support/workspace/workspace.ts';
import type { Machine } from '../testbed/machine/machine.ts';

describe('a drill on Docker', () => {
  let machine: Machine;
  let workspace: string;
  beforeAll(async () => {
    machine = await dockerMachine();
    workspace = sharedWorkspace({ 'erp-deploy.config.yaml': 'backup: { folder: copies }\n' });
    expect(await rollOutIn(machine, workspace)).toMatchObject({ exit: 0, stderr: '' });
    await askDatabase(machine, "insert into erp.people (full_name) values ('Ada'), ('Bob')");
  });
  afterAll(() => machine.remove());

  const drill = (...words: readonly string[]) =>
    erpDeployIn(machine, workspace, ['restore', '--drill', ...words, '--engine', 'docker']);

  test('reports that there is no backup yet', async () => {
    const { exit, stderr } = await drill();
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0860' });
  });

  test('restores the copy into a fresh container, validates it, and leaves nothing behind', async () => {
    expect(await erpDeployIn(machine, workspace, ['backup', '--engine', 'docker'])).toMatchObject({
      exit: 0,
    });
    await askDatabase(machine, "insert into erp.people (full_name) values ('Eve')");
    const before = await containersIn(machine);
    const { exit, stdout, stderr } = await drill();
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/in .*copies: the newest one is \d+ min old/);
    expect(stdout).toContain('The database matches its migrations.');
    expect(stdout).toMatch(
      /fetched in [\d.]+ s, restored in [\d.]+ s, every row counted and validated in [\d.]+ s/,
    );
    expect(await containersIn(machine)).toEqual(before);
    expect(readdirSync(join(workspace, '.erp-deploy/drill'))).toEqual([]);
    expect(await askDatabase(machine, 'select count(*) from erp.people')).toBe('3');
  });

  test('fails if the backup contains other rows than its manifest lists', async () => {
    const [manifest = ''] = readdirSync(join(workspace, 'copies')).filter((name) => name.endsWith('.json'));
    const sed = ['sed', '-i', 's/"erp.people": 2/"erp.people": 5/', join(workspace, 'copies', manifest)];
    await machine.exec(sed);
    const { exit, stderr } = await drill(manifest.replace('.json', ''));
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0862' });
    expect(stderr).toContain('erp.people: expected 5 rows, actual 2');
    expect((await containersIn(machine)).join('\n')).not.toContain('drill');
  });
});

describe('a backup of a production host', () => {
  let there: Operator;
  let workspace: string;
  beforeAll(async () => {
    there = await operator({ name: 'backup', fresh: true });
    workspace = sharedWorkspace();
    expect(await there.rollOut(workspace, ['--create-env', '--skip', '3.5'])).toMatchObject({ exit: 0 });
    await there.ask(
      "insert into erp.people (full_name, notes) select n, (select string_agg(md5(n || '-' || i), '') from generate_series(1, 200) i) from generate_series(1, 2000) n",
    );
  });

  test.each(['ssh2', 'openssh'])('is copied over %s', async (carrier) => {
    put(
      workspace,
      'erp-deploy.config.yaml',
      `production: { ssh: ${carrier} }\nbackup: { folder: ${carrier} }\n`,
    );
    const { exit, stdout, stderr } = await there.run(workspace, ['backup', '--production-host', 'droplet']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/tables with \d+ rows, \d+ kB, read back; in \.erp-deploy\/database-backups on/);
    const copies = readdirSync(join(workspace, carrier));
    expect(copies.filter((name) => name.endsWith('.json'))).toHaveLength(carrier === 'ssh2' ? 1 : 2);
    expect(existsSync(join(workspace, '.erp-deploy/database-backups'))).toBe(false);
  });
});
