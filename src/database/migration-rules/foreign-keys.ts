import type { Constraint, Node, RangeVar } from 'libpg-query';
import type { SqlStatement } from './parse-sql.ts';

/** A foreign key that a script makes; tables with their schema where the script names one. */
export interface WrittenKey {
  readonly table: string;
  readonly columns: readonly string[];
  readonly target: string;
  /** Whether the script makes the target before it, or leaves it to another script. */
  readonly inOrder: boolean;
}

/** The foreign keys of CREATE TABLE and of ALTER TABLE … ADD, in the order in which they are made. */
export function foreignKeysIn(statements: readonly SqlStatement[]): readonly WrittenKey[] {
  const made = statements.flatMap(({ node }) =>
    'CreateStmt' in node ? [qualified(node.CreateStmt.relation)] : [],
  );
  const before = new Set<string>();
  return statements.flatMap(({ node }) => {
    const { table, parts } = partsOf(node);
    if ('CreateStmt' in node) before.add(table);
    return parts.flatMap(keysOf).map(({ columns, target }) => {
      return { table, columns, target, inOrder: before.has(target) || !made.includes(target) };
    });
  });
}

/** The columns and constraints that a statement gives a table. */
function partsOf(node: Node): { table: string; parts: readonly Node[] } {
  if ('CreateStmt' in node) {
    return { table: qualified(node.CreateStmt.relation), parts: node.CreateStmt.tableElts ?? [] };
  }
  if (!('AlterTableStmt' in node)) return { table: '', parts: [] };
  const { relation, cmds = [] } = node.AlterTableStmt;
  const parts = cmds.flatMap((one) =>
    'AlterTableCmd' in one && one.AlterTableCmd.def !== undefined ? [one.AlterTableCmd.def] : [],
  );
  return { table: qualified(relation), parts };
}

type Key = Pick<WrittenKey, 'columns' | 'target'>;

function keysOf(part: Node): readonly Key[] {
  if ('Constraint' in part) return keyOf(part.Constraint, namesIn(part.Constraint.fk_attrs));
  if (!('ColumnDef' in part)) return [];
  const { colname = '', constraints = [] } = part.ColumnDef;
  return constraints.flatMap((one) => ('Constraint' in one ? keyOf(one.Constraint, [colname]) : []));
}

function keyOf({ contype, pktable }: Constraint, columns: readonly string[]): readonly Key[] {
  return contype === 'CONSTR_FOREIGN' ? [{ columns, target: qualified(pktable) }] : [];
}

function namesIn(nodes: readonly Node[] = []): readonly string[] {
  return nodes.flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
}

function qualified(relation: RangeVar | undefined): string {
  return [relation?.schemaname, relation?.relname].filter((part) => part !== undefined).join('.');
}
