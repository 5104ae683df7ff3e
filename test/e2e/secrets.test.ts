import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { erpDeploy, startErpDeploy } from '../support/program/erp-deploy.ts';
import { watchArguments } from '../support/program/process-arguments.ts';
import { migrations, put, sharedWorkspace, stack, textOf } from '../support/workspace/workspace.ts';

describe('the generated secrets', () => {
  let workspace: string;
  let secrets: readonly string[];
  const outputs: string[] = [];
  const processes: string[] = [];

  beforeAll(async () => {
    workspace = sharedWorkspace();
    await execa('git', ['init', '--quiet'], { cwd: workspace });
    expect(await watched(['run', '--json', '--verbose', '--engine', 'embedded'])).toBe(0);
    put(workspace, `${migrations}/100_own.sql`, 'insert into erp.nowhere values (1);\n');
    expect(await watched(['run', '--json', '--verbose', '--engine', 'embedded'])).toBe(4);
    for (const words of ['plan --verbose', 'status', 'validate --json', 'doctor', 'status --recorded']) {
      await watched(words.split(' '));
    }
    secrets = textOf(workspace, `${stack}/.env`)
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(line.indexOf('=') + 1));
  });

  async function watched(words: readonly string[]): Promise<number | undefined> {
    const running = startErpDeploy(workspace, words);
    const watch = watchArguments(running.pid ?? 0);
    const { stdout, stderr, exitCode } = await running;
    outputs.push(stdout, stderr);
    processes.push(watch.seen());
    return exitCode;
  }

  test('are three long values', () => {
    expect(secrets.map((secret) => secret.length)).toEqual([43, 43, 43]);
  });

  test('appear in no file except .env: not in the journal, a log, a backup or the database', () => {
    const files = readdirSync(workspace, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path !== `${stack}/.env` && statSync(join(workspace, path)).isFile(),
    );
    expect(files).toEqual(
      expect.arrayContaining(['.erp-deploy/journal.jsonl', `${stack}/docker-compose.yml`]),
    );
    const found = files.filter((path) => holdsSecret(readFileSync(join(workspace, path))));
    expect(found).toEqual([]);
  });

  test('appear in no output', () => {
    expect(outputs.join('')).toContain('rollout.finished');
    expect(outputs.filter((text) => holdsSecret(Buffer.from(text)))).toEqual([]);
  });

  test('appear in the arguments of no process', () => {
    expect(processes.join('\n')).toMatch(/git .*(rev-parse|ls-files|check-ignore)/);
    expect(processes.filter((text) => holdsSecret(Buffer.from(text)))).toEqual([]);
  });

  test('are shown as values to generate by a plan that would create them', async () => {
    const { stdout } = await erpDeploy(sharedWorkspace(), ['plan', '--verbose', '--json']);
    expect(stdout).toContain('POSTGRES_PASSWORD=<generated>');
  });

  function holdsSecret(bytes: Buffer): boolean {
    return secrets.some((secret) => bytes.includes(secret));
  }
});
