import { chmodSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { smallDisk } from '../support/disk/small-disk.ts';
import { journalFile } from '../support/kill/journal.ts';
import { erpDeploy as builtErpDeploy } from '../support/program/erp-deploy.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { emptyWorkspace, finishedWorkspace } from '../support/workspace/workspace.ts';

const doctor = (workspace: string) => erpDeploy(workspace, ['doctor']);

describe('doctor', () => {
  test('finds every prerequisite met in an empty folder, and leaves it empty', async () => {
    const workspace = emptyWorkspace();
    const { exit, stdout, stderr } = await doctor(workspace);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^ok +embedded engine +PGlite with pgvector; database absent$/m);
    expect(stdout).toMatch(/^ok +workspace +\S+ is writable$/m);
    expect(stdout).toMatch(/^n\/a +production +no production host or database URL is configured$/m);
    expect(stdout).toMatch(/^n\/a +Cloudflare token /m);
    expect(stdout).toMatch(/^n\/a +terminal +not a terminal; run needs --non-interactive$/m);
    expect(readdirSync(workspace)).toEqual([]);
  });

  test('leaves Docker and its containers out if the rollout is on the embedded engine', async () => {
    const { exit, stdout } = await doctor(await finishedWorkspace());
    expect(exit).toBe(0);
    for (const name of ['Docker', 'network', 'images', 'postgres-erp', 'postgrest-erp'])
      expect(stdout).toMatch(new RegExp(`^n/a +${name} `, 'm'));
    expect(stdout).toMatch(/^n\/a +postgres-erp +not needed with the embedded engine$/m);
  });

  test.each([
    ['a faulty configuration', { 'erp-deploy.config.yaml': 'engine: podman\n' }, /^missing +configuration /m],
    [
      'a damaged journal',
      { [journalFile]: '{}\n{}\n' },
      /^missing +journal +Line 1 of the journal cannot be read/m,
    ],
    [
      'a database of another PostgreSQL',
      { '.erp-deploy/embedded/PG_VERSION': '16\n', '.erp-deploy/embedded.json': '{}' },
      /^missing +embedded engine +its database was created by PostgreSQL 16, and the engine is PostgreSQL \d+$/m,
    ],
  ])(
    'exits with 3 for %s, and explains the fix',
    async (_, files: Readonly<Record<string, string>>, line) => {
      const workspace = emptyWorkspace(files);
      const { exit, stdout } = await doctor(workspace);
      expect(exit).toBe(3);
      expect(stdout).toMatch(line);
      const place = stdout.split('\n').findIndex((one) => line.test(one));
      expect(stdout.split('\n')[place + 1]).toMatch(/^ {20,}\S/);
    },
  );

  test('exits with 3 for a workspace that is not writable', async () => {
    const workspace = emptyWorkspace();
    chmodSync(workspace, 0o555);
    const { exit, stdout } = await builtErpDeploy(workspace, ['doctor'], { unprivileged: true });
    expect(exit).toBe(3);
    expect(stdout).toMatch(/^missing +workspace +\S+ is not writable$/m);
  });

  test('exits with 3 for a production host without an address, and for a token that others can read', async () => {
    const workspace = emptyWorkspace({ 'cloudflare.token': 'x'.repeat(40) });
    chmodSync(`${workspace}/cloudflare.token`, 0o644);
    const words = [
      'doctor',
      '--production-host',
      'nosuch.invalid',
      '--cloudflare-token-file',
      'cloudflare.token',
    ];
    const { exit, stdout, stderr } = await erpDeploy(workspace, words);
    expect({ exit, stderr }).toEqual({ exit: 3, stderr: '' });
    expect(stdout).toMatch(/^missing +production host +.*nosuch\.invalid/m);
    expect(stdout).toMatch(/^n\/a +Docker on the host +the production host cannot be reached$/m);
    expect(stdout).toMatch(
      /^missing +Cloudflare token +Others may read the token file \S+cloudflare\.token \(mode 644\)/m,
    );
    expect(stdout).not.toContain('xxxx');
  });

  test('exits with 3 for a database URL where nothing listens', async () => {
    const url = 'postgres://ada@127.0.0.1:1/shop';
    const { exit, stdout, stderr } = await erpDeploy(emptyWorkspace(), ['doctor', '--database-url', url]);
    expect({ exit, stderr }).toEqual({ exit: 3, stderr: '' });
    expect(stdout).toMatch(/^missing +database URL +Could not connect to shop on 127\.0\.0\.1:1 as ada/m);
    expect(stdout).toMatch(/^n\/a +pg_dump /m);
  });

  test('accepts a workspace that does not exist yet', async () => {
    const { exit, stdout, stderr } = await erpDeploy(emptyWorkspace(), ['doctor', '--workspace', 'new/one']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^ok +workspace +\S+new\/one will be created$/m);
  });

  test('exits with 3 for a workspace that is a file, or in a file', async () => {
    const workspace = emptyWorkspace({ taken: '' });
    for (const path of ['taken', 'taken/below']) {
      const { exit, stdout, stderr } = await erpDeploy(workspace, ['doctor', '--workspace', path]);
      expect({ exit, stderr }).toEqual({ exit: 3, stderr: '' });
      expect(stdout).toMatch(/^missing +workspace +\S+ is not a directory$/m);
    }
  });

  test('reports a docker with invalid output like one without an engine', async () => {
    const workspace = emptyWorkspace({ 'bin/docker': '#!/bin/sh\necho rubbish\n' });
    chmodSync(`${workspace}/bin/docker`, 0o755);
    const env = { PATH: `${workspace}/bin:${process.env.PATH}` };
    const { exit, stdout, stderr } = await erpDeploy(workspace, ['doctor', '--engine', 'docker'], { env });
    expect({ exit, stderr }).toEqual({ exit: 3, stderr: '' });
    expect(stdout).toMatch(/^missing +Docker +No Docker engine answers on this machine/m);
  });

  test('exits with 3 for a disk that is too small', async () => {
    const { exit, stdout } = await doctor(smallDisk('20m').path);
    expect(exit).toBe(3);
    expect(stdout).toMatch(/^missing +disk +21 MB free/m);
  });

  test('reports everything that is missing at once', async () => {
    const disk = smallDisk('20m');
    disk.lock();
    const { exit, stdout } = await doctor(disk.path);
    expect(exit).toBe(3);
    expect(stdout.match(/^missing/gm)).toHaveLength(2);
  });
});
