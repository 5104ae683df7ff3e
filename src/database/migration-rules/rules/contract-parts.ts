import type { Constraint, Node } from 'libpg-query';
import contract from '../../../../assets/data/schema-contract.json' with { type: 'json' };

/** What a statement removes and creates, in the words of the message about it. */
export interface PartsEffect {
  readonly removes: readonly string[];
  readonly creates: readonly string[];
}

interface TableParts {
  readonly references: Readonly<Record<string, string>>;
  readonly unique: readonly string[];
  readonly primaryKey: readonly string[];
  readonly generated: readonly string[];
  readonly types: Readonly<Record<string, string>>;
}

const tables: Readonly<Record<string, TableParts>> = contract.tables;

const key = (table: string, columns: readonly string[]) => `foreign key (${columns.join(', ')}) of ${table}`;
const unique = (table: string, columns: readonly string[]) =>
  `unique constraint (${columns.join(', ')}) of ${table}`;
const primary = (table: string) => `primary key of ${table}`;
const trigger = (table: string) => `updated_at trigger of ${table}`;
const generated = (table: string, column: string) => `generation of column ${table}.${column}`;

/** The parts of tables that the contract requires beside columns. */
export const requiredParts: readonly string[] = Object.entries(contract.tables).flatMap(([table, parts]) => [
  primary(table),
  ...Object.keys(parts.references).map((column) => key(table, [column])),
  ...parts.unique.map((column) => unique(table, [column])),
  ...parts.generated.map((column) => generated(table, column)),
  ...(parts.updatedAtTrigger ? [trigger(table)] : []),
]);

/** Returns the columns whose type belongs to an extension. */
export function columnsOfExtension(extension: string): readonly string[] {
  return Object.entries(tables).flatMap(([table, { types }]) =>
    Object.entries(types).flatMap(([column, type]) =>
      type.replace(/\(.*/, '') === extension ? [`column ${table}.${column}`] : [],
    ),
  );
}

/**
 * Returns what one subcommand of ALTER TABLE does to the parts of a table. A constraint is dropped by its name, which
 * the bundled migrations give as PostgreSQL would: `projects_owner_person_id_fkey`.
 */
export function partsEffect(table: string, node: Node): PartsEffect {
  if (!('AlterTableCmd' in node)) return { removes: [], creates: [] };
  const { subtype, name = '', def } = node.AlterTableCmd;
  const added = def !== undefined && 'Constraint' in def ? addedPart(table, def.Constraint) : [];
  switch (subtype) {
    case 'AT_DropConstraint':
      return { removes: namedPart(table, name), creates: [] };
    case 'AT_AddConstraint':
      return { removes: [], creates: added };
    case 'AT_DropExpression':
      return { removes: [generated(table, name)], creates: [] };
    case 'AT_DisableTrig':
      return { removes: namedTrigger(table, name), creates: [] };
    case 'AT_DisableTrigAll':
    case 'AT_DisableTrigUser':
      return { removes: [trigger(table)], creates: [] };
    case 'AT_EnableTrig':
    case 'AT_EnableAlwaysTrig':
      return { removes: [], creates: namedTrigger(table, name) };
    case 'AT_EnableTrigAll':
    case 'AT_EnableTrigUser':
      return { removes: [], creates: [trigger(table)] };
    default:
      return { removes: [], creates: [] };
  }
}

/** Returns the updated_at trigger if it has this name. */
export function namedTrigger(table: string, name: string): readonly string[] {
  return name === `${table.replace(/^.*\./, '')}_set_updated_at` ? [trigger(table)] : [];
}

/** Returns what CREATE TRIGGER creates: any trigger that executes the function of updated_at counts. */
export function createdTrigger(table: string, functionName: string | undefined): readonly string[] {
  return functionName === 'update_updated_at_column' ? [trigger(table)] : [];
}

function namedPart(table: string, constraint: string): readonly string[] {
  const parts = tables[table];
  const short = table.replace(/^.*\./, '');
  if (parts === undefined) return [];
  if (constraint === `${short}_pkey`) return [primary(table)];
  const keys = Object.keys(parts.references).filter((column) => constraint === `${short}_${column}_fkey`);
  const uniques = parts.unique.filter((column) => constraint === `${short}_${column}_key`);
  return [...keys.map((column) => key(table, [column])), ...uniques.map((column) => unique(table, [column]))];
}

function addedPart(table: string, constraint: Constraint): readonly string[] {
  const names = (nodes: readonly Node[] = []) =>
    nodes.flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
  switch (constraint.contype) {
    case 'CONSTR_PRIMARY':
      return [primary(table)];
    case 'CONSTR_FOREIGN':
      return [key(table, names(constraint.fk_attrs))];
    case 'CONSTR_UNIQUE':
      // The columns of the index may not be in the file, so the validation checks them.
      return constraint.indexname === undefined
        ? [unique(table, names(constraint.keys))]
        : (tables[table]?.unique ?? []).map((column) => unique(table, [column]));
    default:
      return [];
  }
}
