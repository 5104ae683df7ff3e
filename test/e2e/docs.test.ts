import { existsSync, rmSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { lint } from 'markdownlint/promise';
import mermaid from 'mermaid';
import { beforeAll, describe, expect, test } from 'vitest';
import { inDatabaseRun } from '../support/database/embedded-folder.ts';
import { treeOf } from '../support/disk/tree.ts';
import { journalOf } from '../support/kill/journal.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn, problemsIn } from '../support/program/problems.ts';
import {
  copyOf,
  emptyWorkspace,
  finishedWorkspace,
  migrations,
  put,
  sharedFinishedWorkspace,
  textOf,
} from '../support/workspace/workspace.ts';

const inventory = 'SERVICE_INVENTORY.md';
const schemaDocument = 'docs/system/architecture/DATABASE_SCHEMA.md';
const guide = 'docs/system/architecture/SERVICE_DATABASE_INTEGRATION.md';
const readme = 'service-builds/postgres/migrations/README.md';
const documents = [inventory, schemaDocument, guide, readme] as const;
const docs = ['docs', '--non-interactive', '--engine', 'embedded'];

describe('the documents of a rollout', () => {
  let workspace: string;

  beforeAll(async () => {
    workspace = await sharedFinishedWorkspace();
  });

  test.each(documents)('%s passes a linter', async (path) => {
    // Tables and shell lines may be long, and the name of a table appears in several headings.
    const config = { default: true, MD013: false, MD024: { siblings_only: true } };
    const found = await lint({ strings: { [path]: textOf(workspace, path) }, config });
    expect(found[path]).toEqual([]);
  });

  test.each(documents)('%s has links that resolve, to files and to headings', (path) => {
    const text = textOf(workspace, path);
    const anchors = new Set([...text.matchAll(/^#+ (.*)$/gm)].map(([, words = '']) => anchorOf(words)));
    const links = [...text.matchAll(/\]\(([^)]*)\)/g)].map(([, to = '']) => to);
    const dead = links.filter((to) =>
      to.startsWith('#')
        ? !anchors.has(to.slice(1))
        : !existsSync(join(workspace, normalize(join(dirname(path), to)))),
    );
    expect(dead).toEqual([]);
    if (path !== guide) expect(links.length).toBeGreaterThan(0);
  });

  test('draw each schema, and the foreign keys between them, as valid Mermaid diagrams', async () => {
    const drawn = [...textOf(workspace, schemaDocument).matchAll(/```mermaid\n([\s\S]*?)```/g)];
    expect(drawn).toHaveLength(3);
    for (const [, diagram = ''] of drawn) {
      expect(await mermaid.parse(diagram)).toMatchObject({ diagramType: 'er' });
    }
    const keys = drawn.flatMap(([, diagram = '']) => diagram.match(/--o[{|]/g) ?? []);
    expect(keys).toHaveLength(34);
  });

  test('describe every table and column of the database, and no deployment', () => {
    const text = textOf(workspace, schemaDocument);
    expect(text.match(/^### (erp|agent)\.\w+$/gm)).toHaveLength(38);
    // Only rows about a column contain whether it is required.
    expect(text.match(/^\| `\w+` \| `[^`]+` \| (yes|no) \|/gm)).toHaveLength(380);
    for (const path of documents) {
      expect(textOf(workspace, path)).toContain('the embedded database of the local test');
      expect(textOf(workspace, path)).not.toMatch(/deployed \d{4}-/);
    }
    expect(textOf(workspace, inventory)).toContain('Production: erp-deploy has no evidence of a deployment.');
  });

  test('check off their items, but none about a container or a deployment', () => {
    const open = journalOf(workspace).flatMap((record) =>
      record.type === 'verified' && record.step.startsWith('4.')
        ? record.open.map(({ item: box }) => box)
        : [],
    );
    expect(open).toEqual(['4.1#3', '4.4#4', '4.4#5']);
  });

  test('have the same bytes when they are written again from the same database', async () => {
    const copy = copyOf(workspace);
    for (const path of documents) rmSync(join(copy, path));
    expect(await erpDeploy(copy, docs)).toMatchObject({ exit: 0, stderr: '' });
    for (const path of documents) expect(textOf(copy, path)).toBe(textOf(workspace, path));
  });

  test('describe a migration of the user after it was applied', async () => {
    const copy = copyOf(workspace, {
      [`${migrations}/100_own.sql`]:
        "create table erp.tag (id int primary key, label text);\ncomment on table erp.tag is 'Words | of mine.';\n",
    });
    expect(await rollOut(copy)).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(copy, schemaDocument)).toContain('### erp.tag\n\nWords | of mine.');
    expect(textOf(copy, schemaDocument)).toContain('| [erp.tag](#erptag) | Words \\| of mine. |');
    expect(textOf(copy, readme)).toMatch(/\| `100_own\.sql` \| your own; applied /);
    expect(textOf(copy, inventory)).toContain('39 = 15 erp + 24 agent');
  });
});

describe('a document of the user', () => {
  const mine = '# Services\r\n\r\n- n8n: *busy*\r\n';

  test('is not changed without approval: the missing flag is reported before anything is changed', async () => {
    const workspace = emptyWorkspace({ [inventory]: mine });
    const { exit, stderr } = await rollOut(workspace);
    expect(exit).toBe(2);
    expect(problemIn(stderr)).toMatchObject({ code: 'ERP-0302' });
    expect(stderr).toContain(`--overwrite ${inventory}`);
    expect(treeOf(workspace).map((line) => line.split(' ')[0])).toEqual([inventory]);
  });

  test('is shown with the section to add, gets it once, and keeps every byte', async () => {
    const workspace = await finishedWorkspace({ [inventory]: mine });
    const plan = await erpDeploy(workspace, ['plan', '--engine', 'embedded', '--verbose', '--phase', 'docs']);
    expect(plan.stdout).toContain(`change ${inventory}`);
    const given = [...docs, '--overwrite', inventory];
    expect(await erpDeploy(workspace, given)).toMatchObject({ exit: 0, stderr: '' });
    const text = textOf(workspace, inventory);
    expect(text.startsWith(mine)).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    const before = treeOf(workspace);
    expect(await erpDeploy(workspace, docs)).toMatchObject({ exit: 0, stderr: '' });
    expect(treeOf(workspace)).toEqual(before);
  });

  test('can be edited by the user outside the marks', async () => {
    const workspace = await finishedWorkspace();
    const text = textOf(workspace, readme)
      .replace('# Migrations\n', '# Our migrations\n\nAsk Ada first.\n')
      .concat('\nAnd then Grace.\n');
    put(workspace, readme, text);
    await inDatabaseRun(workspace, "comment on table erp.people is 'Everyone, and the cat.'");
    expect(await erpDeploy(workspace, docs)).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, readme)).toBe(text);
    expect(textOf(workspace, schemaDocument)).toContain('Everyone, and the cat.');
  });
});

describe('a section edited by hand', () => {
  test('is noticed, shown as a diff, and replaced only with approval', async () => {
    const workspace = await finishedWorkspace();
    const whole = textOf(workspace, inventory);
    put(workspace, inventory, whole.replace('Foreign keys: 34', 'Foreign keys: 35'));
    const before = treeOf(workspace);
    const refused = await erpDeploy(workspace, docs);
    expect(refused.exit).toBe(2);
    expect(problemIn(refused.stderr).what).toContain('was edited by hand');
    expect(treeOf(workspace)).toEqual(before);
    const plan = await erpDeploy(workspace, ['plan', '--engine', 'embedded', '--only', '4.1']);
    expect(plan.stdout).toMatch(/^ +-- Foreign keys: 35/m);
    expect(plan.stdout).toMatch(/^ +\+- Foreign keys: 34/m);
    expect(await erpDeploy(workspace, [...docs, '--overwrite', inventory])).toMatchObject({ exit: 0 });
    expect(textOf(workspace, inventory)).toBe(whole);
  });

  test('with marks that do not pair is not changed, and its line is reported', async () => {
    const workspace = await finishedWorkspace();
    put(workspace, guide, textOf(workspace, guide).replace('<!-- erp-deploy:end integration -->\n', ''));
    const before = treeOf(workspace);
    const { exit, stderr } = await erpDeploy(workspace, docs);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0810' });
    expect(problemIn(stderr).why).toMatch(/^See line 3\./);
    expect(treeOf(workspace)).toEqual(before);
  });
});

test('writes no documents without a database', async () => {
  const workspace = emptyWorkspace();
  const { exit, stderr } = await erpDeploy(workspace, docs);
  expect(exit).toBe(3);
  expect(new Set(problemsIn(stderr).map(({ code }) => code))).toEqual(new Set(['ERP-0301']));
  expect(treeOf(workspace)).toEqual([]);
});

/** Returns the anchor that GitHub generates for a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
