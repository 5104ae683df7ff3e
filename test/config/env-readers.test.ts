import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEnvFile } from '../../src/config/env-file.ts';
import { pythonWith } from '../support/program/python.ts';

/** Values as users write them, also odd ones, without those that erp-deploy refuses. */
const raw = fc.oneof(
  fc.string({ unit: fc.constantFrom(...`aZ0_-./:@%+,=#$'"\`\\ !~é😀*{}()&|;<>`) }),
  fc.string({ unit: 'grapheme' }).map((inner) => `'${inner}'`),
  fc.string({ unit: fc.constantFrom(...`aZ0_-./:@%+,=#$'\`\\ !~é😀*{}`) }).map((inner) => `"${inner}"`),
  fc.string({ unit: fc.constantFrom(...'aZ0_-./:@%+,=') }),
);

const lines = fc.sample(raw, { numRuns: 3000, seed: 7 }).map((value, index) => `K${index}=${value}`);
const accepted = lines.filter((line) => {
  const { entries, faults } = parseEnvFile(line, [line.slice(0, line.indexOf('='))]);
  return faults.length === 0 && entries.length === 1;
});
const keys = accepted.map((line) => line.slice(0, line.indexOf('=')));
const text = `${accepted.join('\n')}\n`;
const ours = parseEnvFile(text, keys).entries.map(({ value }) => value?.reveal());

describe('the values that erp-deploy accepts', () => {
  let folder = '';
  let file = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'env-readers-'));
    file = join(folder, '.env');
    writeFileSync(file, text);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are numerous, and of every form', () => {
    expect(accepted.length).toBeGreaterThan(500);
    for (const form of [/='.*\$/, /='.*#/, /=".*#/, /=[a-z]/i, /=".*'/]) expect(text).toMatch(form);
  });

  // Without --norc, bash takes the pipe of a child process for a network login and reads ~/.bashrc.
  it.each([
    ['sh', []],
    ['bash', ['--norc']],
  ])('are read the same by %s', (shell, options) => {
    const script = `set -a; . "$0"; for key in ${keys.join(' ')}; do eval "printf '%s\\\\0' \\"\\$$key\\""; done`;
    const said = execFileSync(shell, [...options, '-c', script, file], { env: {}, encoding: 'utf8' });
    expect(said.split('\0').slice(0, -1)).toEqual(ours);
  });

  it('are read the same by Node', () => {
    const read = parseEnv(text);
    expect(keys.map((key) => read[key])).toEqual(ours);
  });

  it('are read the same by python-dotenv (compose v1)', () => {
    const program =
      'import dotenv,json,sys; print(json.dumps(list(dotenv.dotenv_values(sys.argv[1], interpolate=True).values())))';
    const python = pythonWith('dotenv', 'python3-dotenv');
    const said = execFileSync(python, ['-c', program, file], { encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual(ours);
  });
});
