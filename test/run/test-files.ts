import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importsOf, textOf } from './imports.ts';
import { type NeedName, needNames, needs } from './needs.ts';
import { sampleOf } from './sample.ts';
import type { RunSettings } from './settings.ts';

/** The kind of a test file. Each group is a project of Vitest, and a row in the table of CPU times. */
export const groups = [
  'unit',
  'fuzz',
  'schemas',
  'database',
  'embedded',
  'docker',
  'production',
  'cloudflare',
  'wizard',
  'peers',
] as const;
export type Group = (typeof groups)[number];

export interface TestFile {
  /** Path relative to the checkout, such as `test/domain/change.test.ts`. */
  readonly path: string;
  readonly group: Group;
  /** What it needs besides Node. */
  readonly needs: readonly NeedName[];
  readonly runs: HowOften;
}

type HowOften =
  | 'always'
  /** `npm test` runs a share of these, another one for each seed; `npm run test:all` runs them all. */
  | 'in turn'
  | 'only in test:all';

/** The first matching pattern decides. The groups of other files depend on their imports. */
const byPath: readonly (readonly [RegExp, Group])[] = [
  [/^peers\//, 'peers'],
  [/^e2e-docker\/cloudflare/, 'cloudflare'],
  [/^e2e-docker\/production/, 'production'],
  [/^e2e-docker\//, 'docker'],
  [/^e2e\/wizard-/, 'wizard'],
  [/^e2e\//, 'embedded'],
  [/^database\/(comparison\/mutations|random-schemas\/random)-/, 'schemas'],
];

/** Files whose matrix or chain `npm test` covers in part by other files on cheaper engines. */
const onlyInAll: ReadonlySet<string> = new Set(
  ['mutations', 'schemas-on-17', 'two-weeks'].map((name) => `e2e-docker/${name}.test.ts`),
);

/** Files that start containers for behaviours that unit tests also cover: docs/decisions/0021-test-commands.md. */
const inTurn: ReadonlySet<string> = new Set(
  [
    'testbed',
    'testbed-images',
    'faults',
    'killed',
    'prerequisites',
    'production-hosts',
    'production-lock',
    'production-url',
    'restore',
    'rollback',
    'secrets',
  ].map((name) => `e2e-docker/${name}.test.ts`),
);

const test = fileURLToPath(new URL('../', import.meta.url));

/** Returns all test files, with their groups and needs. */
export function testFiles(): readonly TestFile[] {
  const paths = globSync('**/*.test.{ts,tsx}', { cwd: test, exclude: ['.build'] }).toSorted();
  return paths.map((path) => {
    const imported = importsOf(join(test, path), test);
    const needed = needNames.filter((name) =>
      needs[name].usedBy.some((file) => imported.has(join(test, file))),
    );
    return {
      path: `test/${path}`,
      group: groupOf(path, needed),
      needs: needed,
      runs: onlyInAll.has(path) ? 'only in test:all' : inTurn.has(path) ? 'in turn' : 'always',
    };
  });
}

/** Returns the files of this run. */
export function filesOfRun({ extent, named, missing }: RunSettings): readonly TestFile[] {
  const possible = testFiles().filter((file) => !file.needs.some((need) => missing.includes(need)));
  if (extent === 'all') return possible;
  const waiting = possible.filter(({ runs }) => runs === 'in turn');
  const taken = named ? waiting : sampleOf('test files in turn', waiting, { usual: 10 });
  return possible.filter((file) => file.runs === 'always' || taken.includes(file));
}

function groupOf(path: string, needed: readonly NeedName[]): Group {
  const group = byPath.find(([pattern]) => pattern.test(path))?.[1];
  if (group !== undefined) return group;
  const needGroups = needed.map((name) => needs[name].group);
  if (needGroups.length > 0) return needGroups.includes('production') ? 'production' : 'database';
  return /from 'fast-check'/.test(textOf(join(test, path))) ? 'fuzz' : 'unit';
}
