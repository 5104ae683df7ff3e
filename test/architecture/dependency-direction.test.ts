import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Complaint, lint } from './planted-modules.ts';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** Folders named after their subject; steps of several phases share their modules. */
const subjects = [
  'checklist',
  'completion',
  'containers',
  'documents',
  'dumps',
  'host',
  'schema',
  'targets',
  'tunnel',
  'undo',
  'workspace',
];
const pure = ['argv', 'config', 'database', 'domain'];

/** Folders of src that each folder may import, besides itself. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  config: ['domain'],
  argv: ['domain'],
  database: ['domain'],
  ...Object.fromEntries(subjects.map((subject) => [subject, [...subjects, ...pure]])),
  tasks: [...subjects, ...pure],
  engine: ['domain'],
  adapters: ['domain'],
  headless: ['domain'],
  report: ['domain'],
  screens: ['domain'],
  connections: [...subjects, ...pure],
  cli: [...subjects, ...pure, 'adapters', 'connections', 'engine', 'headless', 'report', 'screens', 'tasks'],
};

/** The only folder that may import each of these. */
const owners: Readonly<Record<string, string>> = {
  execa: 'adapters',
  nanotar: 'adapters',
  ssh2: 'adapters',
  pg: 'adapters',
  'pg/lib/connection.js': 'adapters',
  '@electric-sql/pglite': 'adapters',
  '@electric-sql/pglite/worker': 'adapters',
  '@electric-sql/pglite-pgvector': 'adapters',
  'node:fs': 'adapters',
  'node:fs/promises': 'adapters',
  'node:child_process': 'adapters',
  'node:worker_threads': 'adapters',
  'node:net': 'adapters',
  'node:https': 'adapters',
  listr2: 'headless',
  ink: 'screens',
  react: 'screens',
  'string-width': 'screens',
  '@dagrejs/dagre': 'report',
  'libpg-query': 'database/sql',
  'an-unforeseen-library': 'none',
};

const folders = Object.keys(arrows);
const places = [...folders, 'database/sql'];
const direction = 'lint/style/noRestrictedImports';

describe('the allowed imports between the folders of src', () => {
  it('are declared for every folder', () => {
    const entries = readdirSync(src, { withFileTypes: true });
    const present = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(present.filter((name) => !folders.includes(name))).toEqual([]);
    expect(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name)).toEqual([
      'cli.ts',
      'run.ts',
    ]);
  });

  it('are checked for every module', () => {
    const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\.tsx?$/.test(path),
    );
    const modules = new Map(paths.map((path) => [`src/${path}`, importing('an-unforeseen-library')]));
    const { complaints } = lint(modules);
    expect(modules.size).toBeGreaterThan(100);
    expect([...modules.keys()].filter((path) => !isTold(complaints.get(path)))).toEqual([]);
  });

  const targets = [...folders.map((to) => `${to}/some.ts`), 'cli.ts', 'run.ts'];
  const isTop = (to: string) => to === 'cli.ts' || to === 'run.ts';
  const ours = refused(
    folders.flatMap((from) =>
      targets.flatMap((to) => [
        { from, name: 'near', specifier: `../${to}`, to },
        { from, name: 'deep/below', specifier: `../../${to}`, to },
      ]),
    ),
  );

  it.each(folders)('src/%s may import only the declared folders', (from) => {
    const allowed = [from, ...(arrows[from] ?? [])].map((to) => `${to}/some.ts`);
    const forbidden = targets.filter((to) => !allowed.includes(to) && !(from === 'cli' && isTop(to)));
    expect((ours.get(from) ?? []).map(({ to }) => to)).toEqual(forbidden.flatMap((to) => [to, to]));
    const name = subjects.includes(from) ? 'Folders named by subject import' : `src/${from} imports`;
    for (const { message } of ours.get(from) ?? []) expect(message).toMatch(new RegExp(`^${name}`));
  });
});

describe('a phase', () => {
  it('imports nothing of another phase', () => {
    const { complaints } = lint(
      new Map([
        ['src/tasks/docs/near.ts', importing('../prepare/some.ts')],
        ['src/tasks/docs/own.ts', importing('./some.ts')],
        ['src/tasks/steps.ts', importing('./prepare/some.ts')],
      ]),
    );
    expect([...complaints.keys()]).toEqual(['src/tasks/docs/near.ts']);
  });
});

describe('libraries, and the modules of Node that reach the system', () => {
  const theirs = refused(
    places.flatMap((from) => Object.keys(owners).map((to) => ({ from, name: 'near', specifier: to, to }))),
  );

  it.each(places)('src/%s may import only the modules assigned to it', (from) => {
    const others = Object.keys(owners).filter((library) => owners[library] !== from);
    const seen = (theirs.get(from) ?? []).map(({ to }) => to);
    // This rule is only about libraries, not about Node's own modules.
    const held = from === 'adapters' ? others.filter((library) => !library.startsWith('node:')) : others;
    expect(seen).toEqual(held);
  });

  it('all of src/database may import the types of libpg-query, but not its functions', () => {
    const { complaints } = lint(
      new Map([
        [
          'src/database/ledger/types.ts',
          `import type { Node } from 'libpg-query';\nexport type Used = Node;\n`,
        ],
        ['src/database/ledger/late.ts', `export const parser = () => import('libpg-query');\n`],
        [
          'src/database/ledger/whole.ts',
          `import * as parser from 'libpg-query';\nexport const used = parser;\n`,
        ],
        ['src/engine/types.ts', `import type { Node } from 'libpg-query';\nexport type Used = Node;\n`],
      ]),
    );
    expect([...complaints.keys()].toSorted()).toEqual([
      'src/database/ledger/late.ts',
      'src/database/ledger/whole.ts',
      'src/engine/types.ts',
    ]);
  });
});

describe('the process', () => {
  const uses = {
    'its id': 'export const used = process.pid;\n',
    'its environment': 'export const used = process.env.HOME;\n',
    'its signals': "export const used = () => process.kill(1, 'SIGTERM');\n",
    'its import': "import process from 'node:process';\nexport const used = process.pid;\n",
    'the global object': 'export const used = globalThis.process.pid;\n',
  };
  const outside = [
    ...folders.filter((folder) => folder !== 'adapters').map((folder) => `${folder}/some.ts`),
    'run.ts',
  ];

  it.each(Object.entries(uses))('may be used only by adapters and src/cli.ts: %s', (_use, text) => {
    const { complaints } = lint(
      new Map([...outside, 'adapters/some.ts'].map((place) => [`src/${place}`, text])),
    );
    expect([...complaints.keys()].toSorted()).toEqual(outside.map((place) => `src/${place}`).toSorted());
  });

  it('may be used by src/cli.ts', () => {
    const modules = new Map([
      ['src/cli.ts', `${uses['its id']}export const ended = () => process.exit(1);\n`],
    ]);
    expect(lint(modules)).toEqual({ status: 0, complaints: new Map() });
  });
});

describe('every form of import is checked', () => {
  const forms = {
    'an import': importing('../engine/some.ts'),
    'an import of a type': `import type { Some } from '../engine/some.ts';\nexport type Used = Some;\n`,
    'an import of a type among values': `import { type Some } from '../engine/some.ts';\nexport type Used = Some;\n`,
    'an import for its effect': `import '../engine/some.ts';\n`,
    'a late import': `export const late = () => import('../engine/some.ts');\n`,
    'a late import by a template': 'export const late = () => import(`../engine/some.ts`);\n',
    'a type imported in place': `export type Used = import('../engine/some.ts').Some;\n`,
    'the type of a module': `export type Used = typeof import('../engine/some.ts');\n`,
    'an export of what another has': `export { some } from '../engine/some.ts';\n`,
    'an export of a type that another has': `export type { Some } from '../engine/some.ts';\n`,
    'an export of all that another has': `export * from '../engine/some.ts';\n`,
    'a require': `export const some = require('../engine/some.ts');\n`,
    'a way around': importing('./../../src/engine/some.ts'),
  };

  it.each(Object.entries(forms))('fails for a forbidden import: %s', (_form, text) => {
    const { status, complaints } = lint(new Map([['src/domain/planted.ts', text]]));
    expect(status).toBe(1);
    expect([...complaints.keys()]).toEqual(['src/domain/planted.ts']);
  });

  it('passes for an allowed import', () => {
    const modules = new Map([
      ['src/domain/some.ts', `import * as z from 'zod';\nexport const some = z.string();\n`],
      ['src/engine/some.ts', `import { some } from '../domain/some.ts';\nexport const other = some;\n`],
      ['src/cli.ts', `import { other } from './engine/some.ts';\nexport const third = other;\n`],
    ]);
    expect(lint(modules)).toEqual({ status: 0, complaints: new Map() });
  });

  it.each(["import { z } from 'zod';", "import type { z } from 'zod';", "import { z } from 'zod/mini';"])(
    'refuses an import that brings all of zod into the bundle: %s',
    (line) => {
      const { complaints } = lint(
        new Map([['src/cli/some.ts', `${line}\nexport type Some = z.ZodMiniType;\n`]]),
      );
      expect([...complaints.keys()]).toEqual(['src/cli/some.ts']);
    },
  );

  it('modules that import each other fail, even if they import only types', () => {
    const text = (other: string) =>
      `import type { Some } from './${other}.ts';\nexport interface Other {\n  readonly some: Some;\n}\nexport type Some = Other;\n`;
    const { complaints } = lint(
      new Map([
        ['src/domain/one.ts', text('two')],
        ['src/domain/two.ts', text('one')],
      ]),
    );
    expect([...complaints.values()].flat().map(({ rule }) => rule)).toContain(
      'lint/suspicious/noImportCycles',
    );
  });
});

interface Planted {
  /** Folder below `src`. */
  readonly from: string;
  readonly name: string;
  readonly specifier: string;
  readonly to: string;
}

/** Plants an import into each module, and returns those that the rule reports, by their folder. */
function refused(planted: readonly Planted[]): Map<string, readonly { to: string; message: string }[]> {
  const pathOf = ({ from, name, to }: Planted) =>
    `src/${from}/${name}-${to.replaceAll(/[^a-z0-9]/g, '-')}.ts`;
  const { complaints } = lint(new Map(planted.map((one) => [pathOf(one), importing(one.specifier)])));
  const told = planted.flatMap((one) => {
    const complaint = complaints.get(pathOf(one))?.find(({ rule }) => rule === direction);
    return complaint === undefined ? [] : [{ from: one.from, to: one.to, message: complaint.message }];
  });
  return Map.groupBy(told, ({ from }) => from);
}

function importing(specifier: string): string {
  return `import { planted } from '${specifier}';\nexport const used = planted;\n`;
}

function isTold(complaints: readonly Complaint[] | undefined): boolean {
  return complaints?.some(({ rule }) => rule === direction) === true;
}
