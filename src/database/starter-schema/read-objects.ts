import type { CreateStmt, IndexStmt, RangeVar } from 'libpg-query';
import type { SqlFault, SqlStatement } from '../sql/parse-sql.ts';
import { readScript } from '../sql/read-script.ts';
import { tokensOf } from '../sql/tokens.ts';
import { columnsOf, type IndexShape, shapeOf } from './index-shape.ts';
import { typeNameOf } from './type-name.ts';

interface StarterColumn {
  readonly name: string;
  /** Spelled as by `format_type`. */
  readonly type: string;
}

interface StarterTable {
  /** Qualified if the file qualifies it, unquoted: `agent.sessions`. */
  readonly name: string;
  /** From 1. */
  readonly line: number;
  readonly columns: readonly StarterColumn[];
}

export interface StarterIndex {
  /** Absent if the file leaves the name to the server. */
  readonly name?: string;
  /** As for `StarterTable`. */
  readonly table: string;
  readonly shape: IndexShape;
  /** The columns that it uses. */
  readonly columns: readonly string[];
  /** From 1. */
  readonly line: number;
  /** The source from its keys on (`USING btree (a) WHERE b`), including comments. */
  readonly tail: string;
}

export interface StarterObjects {
  readonly tables: readonly StarterTable[];
  readonly indexes: readonly StarterIndex[];
  /** Statements that could not be parsed. */
  readonly faults: readonly SqlFault[];
}

/** Returns the tables and indexes that a starter schema creates, without the indexes of constraints. */
export async function readStarterObjects(text: string): Promise<StarterObjects> {
  const { parsed, faults } = await readScript(text);
  return {
    tables: parsed.flatMap(({ node, line }) =>
      'CreateStmt' in node ? [tableOf(node.CreateStmt, line)] : [],
    ),
    indexes: parsed.flatMap((statement) =>
      'IndexStmt' in statement.node ? [indexOf(statement.node.IndexStmt, statement)] : [],
    ),
    faults,
  };
}

function tableOf({ relation, tableElts }: CreateStmt, line: number): StarterTable {
  const columns = (tableElts ?? []).flatMap((element): StarterColumn[] => {
    if (!('ColumnDef' in element) || element.ColumnDef.typeName === undefined) return [];
    return [{ name: element.ColumnDef.colname ?? '', type: typeNameOf(element.ColumnDef.typeName) }];
  });
  return { name: qualifiedName(relation), line, columns };
}

function indexOf(index: IndexStmt, { text, line }: SqlStatement): StarterIndex {
  return {
    ...(index.idxname !== undefined && { name: index.idxname }),
    table: qualifiedName(index.relation),
    shape: shapeOf(index),
    columns: columnsOf(index),
    line,
    tail: tailOf(text),
  };
}

function qualifiedName(relation: RangeVar | undefined): string {
  return [relation?.schemaname, relation?.relname].filter((part) => part !== undefined).join('.');
}

/** Returns `CREATE … ON [ONLY] a.b USING m (…)` from USING or the first parenthesis on, which the parser's tree does not locate. */
function tailOf(statement: string): string {
  const start = tokensOf(statement).find(({ start, end }) =>
    /^(?:\(|using)$/i.test(statement.slice(start, end)),
  );
  return start === undefined ? '' : statement.slice(start.start);
}

/** Returns the shape of an index from the result of `pg_get_indexdef`; undefined if it is not an index. */
export async function shapeOfDefinition(definition: string): Promise<NamedShape | undefined> {
  const { parsed } = await readScript(definition);
  const node = parsed[0]?.node;
  if (node === undefined || !('IndexStmt' in node)) return undefined;
  return { name: node.IndexStmt.idxname ?? '', shape: shapeOf(node.IndexStmt) };
}

export interface NamedShape {
  readonly name: string;
  readonly shape: IndexShape;
}
