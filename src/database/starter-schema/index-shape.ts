import type { IndexElem, IndexStmt, Node } from 'libpg-query';
import { canonicalExpression } from './canonical-expression.ts';

/** The properties of an index except its name, in a form that can be compared. */
export interface IndexShape {
  /** Such as `btree`, `gin`, `hnsw`. */
  readonly method: string;
  readonly unique: boolean;
  /** Columns and expressions in order, with operator class, collation and direction. */
  readonly keys: readonly string[];
  /** Columns that are only stored (INCLUDE). */
  readonly included: readonly string[];
  /** Empty for an index over all rows. */
  readonly predicate: string;
  /** Whether a unique index treats nulls as equal. */
  readonly nullsNotDistinct: boolean;
}

export function shapeOf(index: IndexStmt): IndexShape {
  return {
    method: index.accessMethod ?? 'btree',
    unique: index.unique ?? false,
    keys: elementsOf(index.indexParams).map(keyOf),
    included: elementsOf(index.indexIncludingParams).map(keyOf),
    predicate: index.whereClause === undefined ? '' : canonicalExpression(index.whereClause),
    nullsNotDistinct: index.nulls_not_distinct ?? false,
  };
}

export function sameShape(one: IndexShape, other: IndexShape): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Returns whether `other`, a btree that starts with the same keys, supports every search that `one` supports. */
export function covers(other: IndexShape, one: IndexShape): boolean {
  if (one.unique || one.method !== 'btree' || other.method !== 'btree' || one.included.length > 0)
    return false;
  return one.predicate === other.predicate && one.keys.every((key, index) => other.keys[index] === key);
}

/** Returns the names of the columns that an index uses: keys, expressions, stored columns and predicate. */
export function columnsOf(index: IndexStmt): string[] {
  const elements = [...elementsOf(index.indexParams), ...elementsOf(index.indexIncludingParams)];
  const names = elements.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const expressions = JSON.stringify([elements.map(({ expr }) => expr), index.whereClause]);
  const references = expressions.matchAll(
    /"ColumnRef":\{"fields":\[\{"String":\{"sval":("(?:[^"\\]|\\.)*")\}\}\]/g,
  );
  return [...new Set([...names, ...[...references].map(([, name]) => String(JSON.parse(name ?? '""')))])];
}

function elementsOf(nodes: readonly Node[] | undefined): IndexElem[] {
  return (nodes ?? []).flatMap((node) => ('IndexElem' in node ? [node.IndexElem] : []));
}

function keyOf(element: IndexElem): string {
  const what = element.expr === undefined ? `column ${element.name ?? ''}` : expressionKey(element.expr);
  const descending = element.ordering === 'SORTBY_DESC';
  // By default nulls come last, or first in descending order.
  const nullsFirst =
    element.nulls_ordering === 'SORTBY_NULLS_DEFAULT'
      ? descending
      : element.nulls_ordering === 'SORTBY_NULLS_FIRST';
  const order = `${descending ? ' desc' : ''}${nullsFirst ? ' nulls first' : ''}`;
  return `${what}${qualifier(' opclass ', element.opclass)}${qualifier(' collate ', element.collation)}${order}`;
}

/** `((a))` is the column a: the server prints it without the parentheses. */
function expressionKey(node: Node): string {
  const fields = 'ColumnRef' in node ? (node.ColumnRef.fields ?? []) : [];
  const [only] = fields;
  return fields.length === 1 && only !== undefined && 'String' in only
    ? `column ${only.String.sval ?? ''}`
    : `expression ${canonicalExpression(node)}`;
}

/** Returns the last part of a name: the server leaves out a schema in its search path. */
function qualifier(word: string, names: readonly Node[] | undefined): string {
  const last = names?.at(-1);
  return last !== undefined && 'String' in last ? word + (last.String.sval ?? '') : '';
}
