import checklist from '../../assets/data/checklist.json' with { type: 'json' };
import type { Contract } from '../database/contract.ts';
import { foreignKeysIn, type WrittenKey } from '../database/migration-rules/foreign-keys.ts';
import { parseSql, type SqlStatement } from '../database/migration-rules/parse-sql.ts';
import { readStarterObjects } from '../database/starter-schema/read-objects.ts';
import type { Evidence, OpenBox } from '../domain/evidence.ts';
import type { BoxId, StepId } from '../domain/phase.ts';
import { type Context, workspaceEvidence } from '../workspace/context.ts';
import { contractOf } from '../workspace/contract.ts';
import type { FileBoxes } from './migration-file-step.ts';

interface FileFacts extends FileBoxes {
  /** The keys that the contract wants of this schema, as the file makes them. */
  foreignKeys(box: BoxId): Box;
  /** The triggers that keep `updated_at`, on each table that the contract wants one of. */
  triggers(box: BoxId): Box;
  /** The functions that the file makes; with a name, that one. */
  functions(box: BoxId, name?: string): Box;
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
  const wanted = Object.entries(contract.tables).filter(([name]) => name.startsWith(`${schema}.`));
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
    ...sorted([workspaceEvidence(`${step}#1`, 'the file is there'), ...boxes]),
    foreignKeys: (box) => keysBox(box, wanted, foreignKeysIn(statements)),
    triggers: (box) => triggersBox(box, wanted, statements),
    functions: (box, name) => functionsBox(box, schema, statements, name),
  };
}

export type Box = Evidence | OpenBox;

/** Boxes that were looked at, by whether they are proven. */
export function sorted(boxes: readonly Box[]): FileBoxes {
  return {
    evidence: boxes.filter((one) => 'target' in one),
    open: boxes.filter((one) => 'reason' in one),
  };
}

type WantedTables = readonly (readonly [name: string, Contract['tables'][string]])[];

function keysBox(box: BoxId, tables: WantedTables, made: readonly WrittenKey[]): Box {
  const wanted = tables.flatMap(([table, { references }]) =>
    Object.entries(references).map(([column, target]) => ({ table, column, target })),
  );
  const makes = ({ table, column, target }: (typeof wanted)[number]) =>
    made.some(
      (key) =>
        key.table === table && key.target === target && key.columns.length === 1 && key.columns[0] === column,
    );
  const absent = wanted.filter((key) => !makes(key));
  const early = made.filter(({ inOrder }) => !inOrder);
  const reasons = [
    ...absent.map(({ table, column, target }) => `${table} (${column}) does not reference ${target}`),
    ...early.map(({ table, target }) => `${table} references ${target}, which comes after it`),
  ];
  const summary = `${wanted.length} foreign keys, each after the table that it references; what they do is proven by 2.3`;
  return reasons.length > 0
    ? { box, reason: reasons.join('; ') }
    : workspaceEvidence(box, summary, { keys: wanted.length });
}

function triggersBox(box: BoxId, tables: WantedTables, statements: readonly SqlStatement[]): Box {
  const on = statements.flatMap(({ node }) =>
    'CreateTrigStmt' in node
      ? [`${node.CreateTrigStmt.relation?.schemaname}.${node.CreateTrigStmt.relation?.relname}`]
      : [],
  );
  const wanted = tables.filter(([, { updatedAtTrigger }]) => updatedAtTrigger).map(([name]) => name);
  const absent = wanted.filter((table) => !on.includes(table));
  return absent.length > 0
    ? { box, reason: `no trigger on ${absent.join(', ')}` }
    : workspaceEvidence(box, `${wanted.length} triggers`, { triggers: wanted.length });
}

function functionsBox(
  box: BoxId,
  schema: string,
  statements: readonly SqlStatement[],
  name: string | undefined,
): Box {
  const made = statements.flatMap(({ node }) => {
    if (!('CreateFunctionStmt' in node)) return [];
    const { funcname = [], parameters = [] } = node.CreateFunctionStmt;
    const path = funcname.map((part) => ('String' in part ? part.String.sval : '')).join('.');
    // Columns of what it returns stand among its parameters.
    const names = parameters.flatMap((part) =>
      'FunctionParameter' in part && part.FunctionParameter.mode !== 'FUNC_PARAM_TABLE'
        ? [part.FunctionParameter.name ?? '']
        : [],
    );
    return [`${path}(${names.join(', ')})`];
  });
  if (name === undefined) {
    const functions = made.length;
    return workspaceEvidence(box, `${functions} functions`, { functions });
  }
  const found = made.includes(`${schema}.${name}`);
  return seen(box, found, `${schema}.${name}`, `the file makes no ${schema}.${name}`);
}

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
