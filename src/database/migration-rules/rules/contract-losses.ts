import type { Node, RangeVar } from 'libpg-query';
import contract from '../../../../assets/data/schema-contract.json' with { type: 'json' };
import type { SqlStatement } from '../../sql/parse-sql.ts';
import {
  columnsOfExtension,
  createdTrigger,
  namedTrigger,
  partsEffect,
  requiredParts,
} from './contract-parts.ts';

/** Something that a migration removes, and that every validation requires. */
export interface ContractLoss {
  /** UTF-16 index of the statement. */
  readonly start: number;
  readonly message: string;
}

/** What a statement removes (or moves) and creates, such as `table erp.people` or `column erp.people.email`. */
interface Effect {
  readonly removes: readonly string[];
  readonly creates: readonly string[];
}

const none: Effect = { removes: [], creates: [] };

const required: ReadonlySet<string> = new Set([
  'schema erp',
  'schema agent',
  ...Object.entries(contract.tables).flatMap(([table, { columns }]) => [
    `table ${table}`,
    ...columns.map((column) => `column ${table}.${column}`),
  ]),
  ...requiredParts,
  ...contract.functions.flatMap(({ name, schemas }) => schemas.map((schema) => `function ${schema}.${name}`)),
]);

/**
 * Returns the statements of a migration that drop or rename a table, a column, a key, a trigger, a function or a schema
 * of the contract, unless the same file creates it again. DO blocks and functions are left to the validation.
 */
export function contractLosses(statements: readonly SqlStatement[]): readonly ContractLoss[] {
  const lost = new Map<string, number>();
  let path: readonly string[] = ['public'];
  for (const { node, start } of statements) {
    path = searchPathOf(node) ?? path;
    const { removes, creates } = effectOf(node, path);
    for (const name of removes) if (required.has(name)) lost.set(name, start);
    for (const name of creates) lost.delete(name);
  }
  return [...lost].map(([name, start]) => ({
    start,
    message: `this removes or renames ${name}, which the schema must contain: every validation would fail`,
  }));
}

function effectOf(node: Node, path: readonly string[]): Effect {
  if ('DropStmt' in node) {
    const kind = kindOf(node.DropStmt.removeType);
    const objects = node.DropStmt.objects ?? [];
    if (node.DropStmt.removeType === 'OBJECT_EXTENSION' && node.DropStmt.behavior === 'DROP_CASCADE')
      return { ...none, removes: objects.flatMap((one) => columnsOfExtension(namesIn(one)[0] ?? '')) };
    if (node.DropStmt.removeType === 'OBJECT_TRIGGER')
      return { ...none, removes: objects.flatMap((one) => droppedTrigger(namesIn(one), path)) };
    return kind === null ? none : { ...none, removes: objects.map((one) => named(kind, namesIn(one), path)) };
  }
  if ('CreateStmt' in node) return { ...none, creates: [tableName(node.CreateStmt.relation, path)] };
  if ('CreateFunctionStmt' in node)
    return { ...none, creates: [named('function', stringsIn(node.CreateFunctionStmt.funcname), path)] };
  if ('CreateTrigStmt' in node) {
    const { relation, funcname } = node.CreateTrigStmt;
    return { ...none, creates: createdTrigger(qualified(relation, path), stringsIn(funcname).at(-1)) };
  }
  if ('CreateSchemaStmt' in node) return { ...none, creates: [`schema ${node.CreateSchemaStmt.schemaname}`] };
  if ('AlterTableStmt' in node) return alteration(node.AlterTableStmt, path);
  if ('RenameStmt' in node) return renaming(node.RenameStmt, path);
  if (!('AlterObjectSchemaStmt' in node)) return none;
  const { objectType, relation, object } = node.AlterObjectSchemaStmt;
  const kind = kindOf(objectType);
  if (kind === null) return none;
  return { ...none, removes: [relation ? tableName(relation, path) : named(kind, namesIn(object), path)] };
}

function alteration(
  { relation, cmds = [] }: Extract<Node, { AlterTableStmt: unknown }>['AlterTableStmt'],
  path: readonly string[],
): Effect {
  const table = tableName(relation, path).replace(/^table /, 'column ');
  const parts = cmds.map((one) => partsEffect(qualified(relation, path), one));
  const commands = cmds.flatMap((one) => ('AlterTableCmd' in one ? [one.AlterTableCmd] : []));
  return {
    removes: [
      ...parts.flatMap(({ removes }) => removes),
      ...commands.flatMap(({ subtype, name }) => (subtype === 'AT_DropColumn' ? [`${table}.${name}`] : [])),
    ],
    creates: [
      ...parts.flatMap(({ creates }) => creates),
      ...commands.flatMap(({ subtype, def }) =>
        subtype === 'AT_AddColumn' && def !== undefined && 'ColumnDef' in def
          ? [`${table}.${def.ColumnDef.colname}`]
          : [],
      ),
    ],
  };
}

function renaming(
  statement: Extract<Node, { RenameStmt: unknown }>['RenameStmt'],
  path: readonly string[],
): Effect {
  const { renameType, relation, subname, newname = '', object } = statement;
  if (renameType === 'OBJECT_SCHEMA') {
    return { removes: [`schema ${subname}`], creates: [`schema ${newname}`] };
  }
  if (renameType === 'OBJECT_COLUMN') {
    const table = tableName(relation, path).replace(/^table /, 'column ');
    return { removes: [`${table}.${subname}`], creates: [`${table}.${newname}`] };
  }
  const kind = kindOf(renameType);
  if (kind === null) return none;
  const old = relation ? tableName(relation, path) : named(kind, namesIn(object), path);
  return { removes: [old], creates: [old.replace(/[^.]*$/, newname)] };
}

function kindOf(type: string | undefined): 'table' | 'schema' | 'function' | null {
  if (type === 'OBJECT_TABLE') return 'table';
  if (type === 'OBJECT_SCHEMA') return 'schema';
  return type === 'OBJECT_FUNCTION' || type === 'OBJECT_ROUTINE' ? 'function' : null;
}

const qualified = (relation: RangeVar | undefined, path: readonly string[]) =>
  tableName(relation, path).replace(/^table /, '');

/** @param parts the names of the table, then that of the trigger */
function droppedTrigger(parts: readonly string[], path: readonly string[]): readonly string[] {
  const table = named('table', parts.slice(0, -1), path).replace(/^table /, '');
  return namedTrigger(table, parts.at(-1) ?? '');
}

const tableName = (relation: RangeVar | undefined, path: readonly string[]) =>
  named('table', relation === undefined ? [] : [relation.schemaname, relation.relname], path);

/** Resolves a name without a schema to the first one on the search path that the contract requires. */
function named(kind: string, parts: readonly (string | undefined)[], path: readonly string[]): string {
  const known = parts.filter((part) => part !== undefined && part !== '');
  if (kind === 'schema' || known.length > 1) return `${kind} ${known.join('.')}`;
  const candidates = path.map((schema) => `${kind} ${schema}.${known[0]}`);
  return candidates.find((name) => required.has(name)) ?? `${kind} ${known[0]}`;
}

function namesIn(node: Node | undefined): readonly string[] {
  if (node === undefined) return [];
  if ('String' in node) return [node.String.sval ?? ''];
  if ('List' in node) return stringsIn(node.List.items);
  return 'ObjectWithArgs' in node ? stringsIn(node.ObjectWithArgs.objname) : [];
}

const stringsIn = (nodes: readonly Node[] = []) =>
  nodes.flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));

function searchPathOf(node: Node): readonly string[] | undefined {
  if (!('VariableSetStmt' in node) || node.VariableSetStmt.name !== 'search_path') return undefined;
  return (node.VariableSetStmt.args ?? []).flatMap((one) =>
    'A_Const' in one && one.A_Const.sval?.sval !== undefined ? [one.A_Const.sval.sval] : [],
  );
}
