import { chmodSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { z } from 'zod';

const recorder = fileURLToPath(new URL('./recorder.ts', import.meta.url));

/** Makes a built program write its called functions when it ends. */
export function recordCoverageOf(program: string): void {
  const called = join(program, 'called');
  mkdirSync(called);
  chmodSync(called, 0o777); // some tests run it as another user
  // This folder is a part of the package.
  const outfile = join(program, 'bin/recorder.js');
  const define = { calledFolder: JSON.stringify(called) };
  buildSync({ entryPoints: [recorder], outfile, bundle: true, platform: 'node', format: 'esm', define });
  const bin = join(program, 'bin/erp-deploy.js');
  const [shebang, ...rest] = readFileSync(bin, 'utf8').split('\n');
  writeFileSync(bin, [shebang, "import './recorder.js';", ...rest].join('\n'));
}

const calledSchema = z.record(z.string(), z.array(z.number()));

/**
 * Returns the files of src/ in which a built program called a function since the previous call.
 * @param pattern for the folders of the programs
 */
export function takeSourcesOfPrograms(pattern: string): ReadonlySet<string> {
  const sources = new Set<string>();
  for (const file of globSync(`${pattern}/called/*.json`)) {
    const program = dirname(dirname(file));
    for (const [script, starts] of Object.entries(
      calledSchema.parse(JSON.parse(readFileSync(file, 'utf8'))),
    )) {
      for (const source of sourcesAt(join(program, 'dist', script), starts)) sources.add(source);
    }
    rmSync(file);
  }
  return sources;
}

/** Source of each position of a script, by the path of the script. */
const sourceMaps = new Map<string, (offset: number) => string | null>();

function sourcesAt(script: string, starts: readonly number[]): ReadonlySet<string> {
  const sourceOf = sourceMaps.get(script) ?? readSourceMap(script);
  sourceMaps.set(script, sourceOf);
  return new Set(starts.map(sourceOf).filter((source) => source !== null));
}

function readSourceMap(script: string): (offset: number) => string | null {
  const file = `${script}.map`;
  if (!existsSync(file)) return () => null;
  const map = new SourceMap(JSON.parse(readFileSync(file, 'utf8')));
  const lines = readFileSync(script, 'utf8').split('\n');
  const lineStarts: number[] = [];
  let start = 0;
  for (const line of lines) {
    lineStarts.push(start);
    start += line.length + 1;
  }
  return (offset) => {
    const line = lineStarts.findLastIndex((one) => one <= offset);
    const entry = map.findEntry(line, offset - (lineStarts[line] ?? 0));
    return 'originalSource' in entry ? pathInSrc(entry.originalSource) : null;
  };
}

/** The paths in a source map are relative to the folder in which it was made. */
function pathInSrc(source: string): string | null {
  return source.includes('node_modules/') ? null : (/(?:^|\/)(src\/.*)$/.exec(source)?.[1] ?? null);
}
