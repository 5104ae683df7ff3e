import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { docker } from '../../src/argv/docker.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

/**
 * Follows the start of a container for three seconds, with a double of docker whose own health check has not run yet.
 * @param check the health command in the container
 */
function followed(check: string) {
  const bin = tempFolder();
  const state = '2026-12-01T00:00:00Z 0 running starting';
  const double = `#!/bin/sh\ncase "$2" in inspect) echo '${state}' ;; exec) ${check} ;; esac\n`;
  writeFileSync(join(bin, 'docker'), double, { mode: 0o755 });
  const { argv, input } = docker.followStart('postgres-erp', 1, 3, ['pg_isready']);
  const [program, ...words] = argv;
  return execa(program, words, {
    input: input ?? '',
    env: { PATH: `${bin}:${process.env.PATH}` },
    reject: false,
    timeout: 60_000,
  });
}

test.each([
  ['succeeds', 'exit 0', 3],
  ['fails', 'exit 1', 0],
  ['does not answer', 'exec sleep 600', 0],
])('follows a container whose own check %s to the end', async (_what, check, exitCode) => {
  expect(await followed(check)).toMatchObject({ exitCode, timedOut: false });
});
