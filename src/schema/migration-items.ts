import checklist from '../../assets/data/checklist.json' with { type: 'json' };
import type { Contract } from '../database/contract.ts';
import { foreignKeysIn, type WrittenKey } from '../database/sql/foreign-keys.ts';
import { parseSql, type SqlStatement } from '../database/sql/parse-sql.ts';
import { readStarterObjects } from '../database/starter-schema/read-objects.ts';
import type { Evidence, OpenItem } from '../domain/evidence.ts';
import type { ItemId, StepId } from '../domain/phase.ts';
import { type Context, workspaceEvidence } from '../workspace/context.ts';
import { contractOf } from '../workspace/contract.ts';
import { layout } from '../workspace/layout.ts';
import type { FileItems } from './migration-file-step.ts';

interface FileFacts extends FileItems {
  /** Checks the foreign keys that the contract requires of this schema. */
  foreignKeys(item: ItemId): CheckedItem;
  /** Checks the `updated_at` trigger on each table for which the contract requires one. */
  triggers(item: ItemId): CheckedItem;
  /** Checks the functions that the file creates; with a name, only that one. */
  functions(item: ItemId, name?: string): CheckedItem;
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
  const items = [
    headItem(step, text),
    schemaItem(step, schema, statements),
    ...tableItems(step, complete, created),
    ...groupItems(groups, contract, complete),
  ];
  return {
    ...sorted([workspaceEvidence(`${step}#1`, elsewhere('the file')), ...items]),
    foreignKeys: (item) => keysItem(item, required, foreignKeysIn(statements)),
    triggers: (item) => triggersItem(item, required, statements),
    functions: (item, name) => functionsItem(item, schema, statements, name),
  };
}

/** Returns evidence of a file that the checklist puts into the folder of the legacy migrations. */
export function elsewhere(file: string): string {
  return `${file} is in ${layout.migrations} (the checklist says ${layout.legacy}, which keeps only the archive)`;
}

export type CheckedItem = Evidence | OpenItem;

/** Separates verified items from open ones. */
export function sorted(items: readonly CheckedItem[]): FileItems {
  return {
    evidence: items.filter((one) => 'target' in one),
    open: items.filter((one) => 'reason' in one),
  };
}

type RequiredTables = readonly (readonly [name: string, Contract['tables'][string]])[];

function keysItem(item: ItemId, tables: RequiredTables, made: readonly WrittenKey[]): CheckedItem {
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
    ? { item, reason: reasons.join('; ') }
    : workspaceEvidence(item, summary, { keys: required.length });
}

function triggersItem(
  item: ItemId,
  tables: RequiredTables,
  statements: readonly SqlStatement[],
): CheckedItem {
  const on = statements.flatMap(({ node }) =>
    'CreateTrigStmt' in node
      ? [`${node.CreateTrigStmt.relation?.schemaname}.${node.CreateTrigStmt.relation?.relname}`]
      : [],
  );
  const required = tables.filter(([, { updatedAtTrigger }]) => updatedAtTrigger).map(([name]) => name);
  const absent = required.filter((table) => !on.includes(table));
  return absent.length > 0
    ? { item, reason: `no trigger on ${absent.join(', ')}` }
    : workspaceEvidence(item, `${required.length} triggers`, { triggers: required.length });
}

function functionsItem(
  item: ItemId,
  schema: string,
  statements: readonly SqlStatement[],
  name: string | undefined,
): CheckedItem {
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
    return workspaceEvidence(item, `${functions} functions`, { functions });
  }
  const exists = created.includes(`${schema}.${name}`);
  return verifiedIf(exists, item, `${schema}.${name}`, `the file does not create ${schema}.${name}`);
}

function verifiedIf(verified: boolean, item: ItemId, summary: string, reason: string): CheckedItem {
  return verified ? workspaceEvidence(item, summary) : { item, reason };
}

/** Checks purpose, created date and schema version in the comment at the beginning of the file. */
function headItem(step: StepId, text: string): CheckedItem {
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

function schemaItem(step: StepId, schema: string, statements: readonly SqlStatement[]): CheckedItem {
  const exists = statements.some(
    ({ node }) => 'CreateSchemaStmt' in node && node.CreateSchemaStmt.schemaname === schema,
  );
  return verifiedIf(exists, `${step}#3`, `creates schema ${schema}`, `no CREATE SCHEMA ${schema}`);
}

/** Checks the items that list a table and its columns, such as `erp.people (id, global_id, …)`. */
function tableItems(
  step: StepId,
  complete: (table: string) => boolean,
  created: ReadonlyMap<string, readonly string[]>,
): readonly CheckedItem[] {
  const texts = checklist.sections.find(({ id }) => id === step)?.boxes ?? [];
  return texts.flatMap((text, index): CheckedItem[] => {
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

function groupItems(
  groups: Readonly<Partial<Record<ItemId, string>>>,
  contract: Contract,
  complete: (table: string) => boolean,
): readonly CheckedItem[] {
  return Object.entries(groups).map(([item, group]) => {
    const tables = Object.keys(contract.tables).filter((name) => contract.tables[name]?.group === group);
    const exist = tables.length > 0 && tables.every(complete);
    // The keys of this record are item ids.
    return verifiedIf(
      exist,
      item as ItemId,
      `${tables.length} tables of group ${group}`,
      `group ${group} is incomplete`,
    );
  });
}
