import checklist from '../../../assets/data/checklist.json' with { type: 'json' };
import type { Contract } from '../../database/contract.ts';
import { parseSql, type SqlStatement } from '../../database/sql-text/parse-sql.ts';
import { readStarterObjects } from '../../database/starter-schema/read-objects.ts';
import type { Evidence, OpenBox } from '../../domain/evidence.ts';
import type { BoxId, StepId } from '../../domain/phase.ts';
import { type Context, workspaceEvidence } from '../context.ts';
import { contractOf } from '../workspace/contract.ts';

interface FileFacts {
  readonly evidence: readonly Evidence[];
  readonly open: readonly OpenBox[];
  foreignKeys(box: BoxId): Evidence;
  count(kind: 'CreateTrigStmt' | 'CreateFunctionStmt'): number;
}

/**
 * Reads the boxes of a migration file off its text: PostgreSQL's parser says which tables it creates, and
 * with which columns; the contract says which are wanted.
 * @param groups the boxes that head a group of tables
 */
export async function fileFacts(
  context: Context,
  step: StepId,
  schema: 'erp' | 'agent',
  text: string,
  groups: Readonly<Partial<Record<BoxId, string>>>,
): Promise<FileFacts> {
  const contract = await contractOf(context);
  const parsed = await parseSql(text);
  const statements = 'statements' in parsed ? parsed.statements : [];
  const { tables } = await readStarterObjects(text);
  const created = new Map(tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
  const complete = (table: string) =>
    contract.tables[table]?.columns.every((column) => created.get(table)?.includes(column)) ?? false;
  const boxes = [
    headBox(step, text),
    schemaBox(step, schema, statements),
    ...tableBoxes(step, complete, created),
    ...groupBoxes(groups, contract, complete),
  ];
  return {
    evidence: [
      workspaceEvidence(`${step}#1`, 'the file is there'),
      ...boxes.filter((one) => 'target' in one),
    ],
    open: boxes.filter((one) => 'reason' in one),
    foreignKeys: (box) => {
      const keys = Object.entries(contract.tables)
        .filter(([name]) => name.startsWith(`${schema}.`))
        .reduce((sum, [, table]) => sum + Object.keys(table.references).length, 0);
      return workspaceEvidence(box, `${keys} foreign keys wanted; their being there is compared by 2.3`, {
        keys,
      });
    },
    count: (kind) => statements.filter(({ node }) => kind in node).length,
  };
}

type Box = Evidence | OpenBox;

function seen(box: BoxId, found: boolean, summary: string, reason: string): Box {
  return found ? workspaceEvidence(box, summary) : { box, reason };
}

/** Purpose, created date and schema version, in the comment that the file begins with. */
function headBox(step: StepId, text: string): Box {
  const unix = text.replaceAll('\r\n', '\n');
  const head = unix.slice(0, unix.search(/^(?!--)/m));
  const whole = /purpose/i.test(head) && /created/i.test(head) && /version/i.test(head);
  return seen(`${step}#2`, whole, 'header with purpose, created date and version', 'the header is not whole');
}

function schemaBox(step: StepId, schema: string, statements: readonly SqlStatement[]): Box {
  const found = statements.some(
    ({ node }) => 'CreateSchemaStmt' in node && node.CreateSchemaStmt.schemaname === schema,
  );
  return seen(`${step}#3`, found, `creates schema ${schema}`, `no CREATE SCHEMA ${schema}`);
}

/** The boxes that list a table and its columns, such as `erp.people (id, global_id, …)`. */
function tableBoxes(
  step: StepId,
  complete: (table: string) => boolean,
  created: ReadonlyMap<string, readonly string[]>,
): readonly Box[] {
  const boxes = checklist.sections.find(({ id }) => id === step)?.boxes ?? [];
  return boxes.flatMap((words, index): Box[] => {
    const table = /^(\w+\.\w+) \(/.exec(words)?.[1];
    if (table === undefined) return [];
    const columns = created.get(table)?.length ?? 0;
    return [
      seen(`${step}#${index + 1}`, complete(table), `${table}, ${columns} columns`, `${table} is not whole`),
    ];
  });
}

function groupBoxes(
  groups: Readonly<Partial<Record<BoxId, string>>>,
  contract: Contract,
  complete: (table: string) => boolean,
): readonly Box[] {
  return Object.entries(groups).map(([box, group]) => {
    const tables = Object.keys(contract.tables).filter((name) => contract.tables[name]?.group === group);
    const found = tables.length > 0 && tables.every(complete);
    // Keys of a record of boxes are boxes.
    return seen(
      box as BoxId,
      found,
      `${tables.length} tables of group ${group}`,
      `group ${group} is not whole`,
    );
  });
}
