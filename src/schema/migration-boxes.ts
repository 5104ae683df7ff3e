import checklist from '../../assets/data/checklist.json' with { type: 'json' };
import type { Contract } from '../database/contract.ts';
import { foreignKeysIn, type WrittenKey } from '../database/migration-rules/foreign-keys.ts';
import { parseSql, type SqlStatement } from '../database/migration-rules/parse-sql.ts';
import { readStarterObjects } from '../database/starter-schema/read-objects.ts';
import type { Evidence, OpenItem } from '../domain/evidence.ts';
import type { ItemId, StepId } from '../domain/phase.ts';
import { type Context, workspaceEvidence } from '../workspace/context.ts';
import { contractOf } from '../workspace/contract.ts';
import { layout } from '../workspace/layout.ts';
import type { FileBoxes } from './migration-file-step.ts';

interface FileFacts extends FileBoxes {
  /** Checks the foreign keys that the contract requires of this schema. */
  foreignKeys(box: ItemId): Box;
  /** Checks the `updated_at` trigger on each table for which the contract requires one. */
  triggers(box: ItemId): Box;
  /** Checks the functions that the file creates; with a name, only that one. */
  functions(box: ItemId, name?: string): Box;
}

/**
 * Checks the checklist items of a migration file against its text: PostgreSQL's parser returns the tables and columns that
 * it creates, and the contract lists the required ones.
 * @param groups the items that head a group of tables
 */
export async function fileFacts(
  context: Context,
  step: StepId,
  schema: 'erp' | 'agent',
  text: string,
  groups: Readonly<Partial<Record<ItemId, string>>>,
): Promise<FileFacts> {
  const contract = await contractOf(context);
  const parsed = await parseSql(text);
  const statements = 'statements' in parsed ? parsed.statements : [];
  const required = Object.entries(contract.tables).filter(([name]) => name.startsWith(`${schema}.`));
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
    ...sorted([workspaceEvidence(`${step}#1`, elsewhere('the file')), ...boxes]),
    foreignKeys: (box) => keysBox(box, required, foreignKeysIn(statements)),
    triggers: (box) => triggersBox(box, required, statements),
    functions: (box, name) => functionsBox(box, schema, statements, name),
  };
}

/** Returns evidence of a file that the checklist puts into the folder of the legacy migrations. */
export function elsewhere(file: string): string {
  return `${file} is in ${layout.migrations} (the checklist says ${layout.legacy}, which keeps only the archive)`;
}

export type Box = Evidence | OpenItem;

/** Separates verified items from open ones. */
export function sorted(boxes: readonly Box[]): FileBoxes {
  return {
    evidence: boxes.filter((one) => 'target' in one),
    open: boxes.filter((one) => 'reason' in one),
  };
}

type RequiredTables = readonly (readonly [name: string, Contract['tables'][string]])[];

function keysBox(box: ItemId, tables: RequiredTables, made: readonly WrittenKey[]): Box {
  const required = tables.flatMap(([table, { references }]) =>
    Object.entries(references).map(([column, target]) => ({ table, column, target })),
  );
  const makes = ({ table, column, target }: (typeof required)[number]) =>
    made.some(
      (key) =>
        key.table === table && key.target === target && key.columns.length === 1 && key.columns[0] === column,
    );
  const absent = required.filter((key) => !makes(key));
  const early = made.filter(({ inOrder }) => !inOrder);
  const reasons = [
    ...absent.map(({ table, column, target }) => `${table} (${column}) does not reference ${target}`),
    ...early.map(({ table, target }) => `${table} references ${target}, which is created later`),
  ];
  const summary = `${required.length} foreign keys, each after the table that it references; 2.3 tests their behaviour`;
  return reasons.length > 0
    ? { item: box, reason: reasons.join('; ') }
    : workspaceEvidence(box, summary, { keys: required.length });
}

function triggersBox(box: ItemId, tables: RequiredTables, statements: readonly SqlStatement[]): Box {
  const on = statements.flatMap(({ node }) =>
    'CreateTrigStmt' in node
      ? [`${node.CreateTrigStmt.relation?.schemaname}.${node.CreateTrigStmt.relation?.relname}`]
      : [],
  );
  const required = tables.filter(([, { updatedAtTrigger }]) => updatedAtTrigger).map(([name]) => name);
  const absent = required.filter((table) => !on.includes(table));
  return absent.length > 0
    ? { item: box, reason: `no trigger on ${absent.join(', ')}` }
    : workspaceEvidence(box, `${required.length} triggers`, { triggers: required.length });
}

function functionsBox(
  box: ItemId,
  schema: string,
  statements: readonly SqlStatement[],
  name: string | undefined,
): Box {
  const created = statements.flatMap(({ node }) => {
    if (!('CreateFunctionStmt' in node)) return [];
    const { funcname = [], parameters = [] } = node.CreateFunctionStmt;
    const path = funcname.map((part) => ('String' in part ? part.String.sval : '')).join('.');
    // The parameters include the columns of the returned table.
    const names = parameters.flatMap((part) =>
      'FunctionParameter' in part && part.FunctionParameter.mode !== 'FUNC_PARAM_TABLE'
        ? [part.FunctionParameter.name ?? '']
        : [],
    );
    return [`${path}(${names.join(', ')})`];
  });
  if (name === undefined) {
    const functions = created.length;
    return workspaceEvidence(box, `${functions} functions`, { functions });
  }
  const exists = created.includes(`${schema}.${name}`);
  return verifiedIf(exists, box, `${schema}.${name}`, `the file does not create ${schema}.${name}`);
}

function verifiedIf(verified: boolean, box: ItemId, summary: string, reason: string): Box {
  return verified ? workspaceEvidence(box, summary) : { item: box, reason };
}

/** Checks purpose, created date and schema version in the comment at the beginning of the file. */
function headBox(step: StepId, text: string): Box {
  const unix = text.replaceAll('\r\n', '\n');
  const head = unix.slice(0, unix.search(/^(?!--)/m));
  const complete = /purpose/i.test(head) && /created/i.test(head) && /version/i.test(head);
  return verifiedIf(
    complete,
    `${step}#2`,
    'header with purpose, created date and version',
    'the header is incomplete',
  );
}

function schemaBox(step: StepId, schema: string, statements: readonly SqlStatement[]): Box {
  const exists = statements.some(
    ({ node }) => 'CreateSchemaStmt' in node && node.CreateSchemaStmt.schemaname === schema,
  );
  return verifiedIf(exists, `${step}#3`, `creates schema ${schema}`, `no CREATE SCHEMA ${schema}`);
}

/** Checks the items that list a table and its columns, such as `erp.people (id, global_id, …)`. */
function tableBoxes(
  step: StepId,
  complete: (table: string) => boolean,
  created: ReadonlyMap<string, readonly string[]>,
): readonly Box[] {
  const boxes = checklist.sections.find(({ id }) => id === step)?.boxes ?? [];
  return boxes.flatMap((text, index): Box[] => {
    const table = /^(\w+\.\w+) \(/.exec(text)?.[1];
    if (table === undefined) return [];
    const columns = created.get(table)?.length ?? 0;
    return [
      verifiedIf(
        complete(table),
        `${step}#${index + 1}`,
        `${table}, ${columns} columns`,
        `${table} is incomplete`,
      ),
    ];
  });
}

function groupBoxes(
  groups: Readonly<Partial<Record<ItemId, string>>>,
  contract: Contract,
  complete: (table: string) => boolean,
): readonly Box[] {
  return Object.entries(groups).map(([box, group]) => {
    const tables = Object.keys(contract.tables).filter((name) => contract.tables[name]?.group === group);
    const exist = tables.length > 0 && tables.every(complete);
    // The keys of this record are item ids.
    return verifiedIf(
      exist,
      box as ItemId,
      `${tables.length} tables of group ${group}`,
      `group ${group} is incomplete`,
    );
  });
}
