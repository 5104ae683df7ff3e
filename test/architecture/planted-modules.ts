import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');

/** Files that define the rules. Outside of git, Biome needs the ignore file that its settings name. */
const rules = [
  'biome.json',
  '.gitignore',
  'package.json',
  'test/architecture/no-import-types.grit',
  'test/architecture/zod-by-namespace.grit',
];

/** Biome's report in the Reviewdog Diagnostic Format. */
const report = z.object({
  diagnostics: z.array(
    z.object({
      code: z.object({ value: z.string() }),
      location: z.object({ path: z.string() }),
      message: z.string(),
    }),
  ),
});

export interface Complaint {
  readonly rule: string;
  readonly message: string;
}

/**
 * Lints modules under the rules of the project, in a folder that contains nothing else.
 * @param modules text by path, as `src/domain/step.ts`
 * @returns the exit status of Biome, and its messages for each path
 */
export function lint(modules: ReadonlyMap<string, string>): {
  readonly status: number | null;
  readonly complaints: ReadonlyMap<string, readonly Complaint[]>;
} {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-arrows-'));
  try {
    for (const path of rules) cpSync(join(root, path), join(folder, path));
    for (const [path, text] of modules) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const words = [biome, 'lint', '--reporter=rdjson', '--max-diagnostics=none', 'src'];
    const { status, stdout } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
    const { diagnostics } = report.parse(JSON.parse(stdout));
    const byPath = Map.groupBy(diagnostics, (one) => one.location.path);
    const complaints = [...byPath].map(([path, all]) => {
      return [path, all.map(({ code, message }) => ({ rule: code.value, message }))] as const;
    });
    return { status, complaints: new Map(complaints) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
