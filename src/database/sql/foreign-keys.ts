import type { Constraint, Node, RangeVar } from 'libpg-query';
import type { SqlStatement } from './parse-sql.ts';

/** A foreign key that a script creates. Tables are qualified if the script qualifies them. */
export interface WrittenKey {
  readonly table: string;
  readonly columns: readonly string[];
  readonly target: string;
  /** True if the script creates the target earlier, or not at all. */
  readonly inOrder: boolean;
}

/** Returns the foreign keys of CREATE TABLE and ALTER TABLE … ADD, in the order of their creation. */
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

/** Returns the columns and constraints that a statement adds to a table. */
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
