import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, inject, test } from 'vitest';
import { noEngine } from '../support/program/no-engine.ts';
import { emptyWorkspace } from '../support/workspace/workspace.ts';

/** Runs npm or npx with the Node of the tests and a separate home directory. */
function npm(program: 'npm' | 'npx', words: readonly string[], cwd: string) {
  const path = `${dirname(process.execPath)}:${process.env.PATH}`;
  const env = { PATH: path, HOME: join(inject('testRun'), 'home'), DOCKER_HOST: noEngine, ...registry() };
  return execa(program, words, { cwd, env, extendEnv: false, reject: false });
}

/** The registry of this machine's npm, and the certificates that npm trusts for it. */
function registry(): Readonly<Record<string, string>> {
  const settings = Object.entries(process.env).filter(
    ([name, value]) =>
      value !== undefined && /^(npm_config_(registry|cache|cafile)|NODE_EXTRA_CA_CERTS)$/i.test(name),
  );
  return Object.fromEntries(settings.map(([name, value]) => [name, value ?? '']));
}

test('the package, packed and run by npx in an empty folder, completes a rollout; nothing is compiled for it', {
  timeout: 300_000,
}, async () => {
  const folder = emptyWorkspace();
  const packed = await npm(
    'npm',
    ['pack', '--ignore-scripts', '--pack-destination', folder],
    join(inject('testRun'), 'program'),
  );
  expect(packed.exitCode, packed.stderr).toBe(0);
  const [tarball = ''] = readdirSync(folder);
  expect(tarball).toMatch(/^erp-deploy-\d+\.\d+\.\d+\.tgz$/);

  await expectNotices(folder, tarball);

  const words = ['--yes', '--ignore-scripts', `./${tarball}`, '--non-interactive', '--engine', 'embedded'];
  const ran = await npm('npx', words, folder);
  expect({ exit: ran.exitCode, stderr: ran.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(ran.stdout).toContain(
    '38 tables (14 erp, 24 agent), 34 foreign keys (3 cross-schema), 28 triggers, variance_pct',
  );
});

/** Libraries whose code is in the bundle. */
const bundled = ['ink', 'pg', 'ssh2', 'yaml', 'zod'] as const;

/** Expects the licence texts of the bundled libraries in the tarball, and no source map, whose sources are not in it. */
async function expectNotices(folder: string, tarball: string): Promise<void> {
  const { stdout: listed } = await execa('tar', ['-tf', tarball], { cwd: folder });
  expect(listed).not.toMatch(/\.map$/m);
  const path = 'package/dist/THIRD_PARTY_NOTICES';
  const { stdout: notices } = await execa('tar', ['-xOf', tarball, path], { cwd: folder });
  const sections = notices.split(/^-{80,}$/m);
  for (const name of bundled) {
    const section = sections.find((one) => one.trimStart().startsWith(`${name} `));
    expect(section, name).toMatch(/Permission (is hereby granted|to use, copy, modify)/);
  }
}
