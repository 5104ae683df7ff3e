import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inDatabaseRun } from '../support/database/embedded-folder.ts';
import { type RealPostgres, startPostgres, startStandby } from '../support/database/real-postgres.ts';
import { treeOf } from '../support/disk/tree.ts';
import { selfSigned } from '../support/production/certificate.ts';
import type { Ended } from '../support/program/erp-deploy.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, finishedWorkspace, sharedWorkspace } from '../support/workspace/workspace.ts';

const words = ['run', '--non-interactive', '--engine', 'embedded', '--database-url'];

describe('production on a server that does not fit, or refuses the connection', () => {
  let server: RealPostgres;
  let certificate: string;
  beforeAll(async () => {
    const made = selfSigned(sharedWorkspace(), 'localhost');
    certificate = made.certificate;
    const ssl = ['ssl=on', `ssl_cert_file=${made.certificate}`, `ssl_key_file=${made.key}`];
    server = await startPostgres(ssl);
  });
  afterAll(() => server.stop());

  const url = (port = server.config.port) => `postgres://postgres@127.0.0.1:${port}/postgres`;

  async function refused(target: string): Promise<Ended & { readonly code: string }> {
    const workspace = emptyWorkspace();
    const ended = await erpDeploy(workspace, [...words, target]);
    expect(treeOf(workspace).filter((path) => !path.startsWith('.erp-deploy'))).toEqual([]);
    return { ...ended, code: problemIn(ended.stderr).code };
  }

  test('a standby is refused before anything is changed', async () => {
    const standby = await startStandby(server);
    const { exit, code, stderr } = await refused(url(standby.config.port));
    expect({ exit, code }).toEqual({ exit: 3, code: 'ERP-0680' });
    expect(stderr).toContain(`127.0.0.1:${standby.config.port}/postgres is a standby.`);
    await standby.stop();
  });

  test('a server without pgvector is reported before anything is changed', async () => {
    const { exit, code, stderr } = await refused(url());
    expect({ exit, code }).toEqual({ exit: 3, code: 'ERP-0683' });
    expect(stderr).toContain('pgvector');
  });

  test('an untrusted certificate is refused, unless the URL names its authority', async () => {
    // The default for hosts other than this machine if the URL has no sslmode.
    const far = `${url()}?sslmode=verify-full`;
    const { exit, code, stderr } = await refused(far);
    expect({ exit, code }).toEqual({ exit: 3, code: 'ERP-0532' });
    expect(stderr).toMatch(/self.signed/);
    expect((await refused(`${far}&sslrootcert=${certificate}`)).code).toBe('ERP-0683');
    expect((await refused(`${url()}?sslmode=require`)).code).toBe('ERP-0683');
  });

  test.each(['plan', 'status'])('%s of production needs no local Docker', async (command) => {
    const workspace = await finishedWorkspace();
    const words = [command, '--phase', 'production', '--engine', 'docker', '--database-url', url()];
    const { stdout, stderr } = await erpDeploy(workspace, words);
    expect(problemIn(stderr).code).toBe('ERP-0683');
    expect(stdout).toMatch(/^engine docker/m);
    expect(stdout + stderr).not.toMatch(/no Docker engine/i);
  });

  test('a server that cannot be reached is reported with its address, and no password', async () => {
    const { exit, code, stdout, stderr } = await refused('postgres://me:hush-hush@127.0.0.1:1/portfolio');
    expect({ exit, code }).toEqual({ exit: 3, code: 'ERP-0532' });
    expect(stdout + stderr).not.toContain('hush');
  });
});

test('files that once passed the local test are not deployed after a later local test failed', async () => {
  const workspace = await finishedWorkspace();
  await inDatabaseRun(workspace, 'drop index agent.blocks_vector_key_idx');
  expect((await rollOut(workspace, ['--only', '2.3'])).exit).toBe(5);
  const nowhere = 'postgres://me@127.0.0.1:1/portfolio';
  const { exit, stderr } = await erpDeploy(workspace, [...words, nowhere, '--phase', 'production']);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0301' });
  expect(stderr).toContain('a passed local test of exactly these files');
});
