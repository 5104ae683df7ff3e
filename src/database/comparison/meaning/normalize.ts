import * as z from 'zod';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Fields for the position of a node in the text, and for the notation of a function call (`extract(year from x)`). */
const spelling = /location$|^stmt_len$|^(rexpr_)?list_(start|end)$|^funcformat$/;
/** Fields with names that PostgreSQL resolves in pg_catalog first. */
const lookedUp = new Set(['funcname', 'names', 'name']);

const isObject = (node: Json | undefined): node is JsonObject =>
  typeof node === 'object' && node !== null && !Array.isArray(node);
const isList = (node: Json | undefined): node is readonly Json[] => Array.isArray(node);
/** Returns the content of a node of this type: `{ ColumnRef: … }`. */
const inside = (node: Json | undefined, type: string): JsonObject | undefined => {
  const content = isObject(node) ? node[type] : undefined;
  return isObject(content) ? content : undefined;
};

/**
 * Returns a parse tree in which two spellings of the same thing are equal: casts of an array are moved to its elements,
 * columns of a single table are qualified, names of PostgreSQL's own objects are not qualified, and column names that no
 * statement can refer to are removed.
 * @param statements nodes of the parser
 */
export function normalized(statements: readonly unknown[]): Json {
  return statements.map((statement) =>
    qualifiedAtTop(withoutInvisibleNames(castsAtElements(withoutSpelling(z.json().parse(statement))))),
  );
}

function map(node: Json, change: (node: JsonObject) => Json): Json {
  if (isList(node)) return node.map((one) => map(one, change));
  if (!isObject(node)) return node;
  return change(Object.fromEntries(Object.entries(node).map(([key, value]) => [key, map(value, change)])));
}

function withoutSpelling(tree: Json): Json {
  return map(tree, (node) =>
    Object.fromEntries(
      Object.entries(node)
        .filter(([key]) => !spelling.test(key))
        .map(([key, value]) => [key, lookedUp.has(key) ? withoutCatalog(value) : value]),
    ),
  );
}

/** Both catalogs are read with pg_catalog as the only search path, so an unqualified name is one of PostgreSQL's own. */
function withoutCatalog(names: Json): Json {
  if (!isList(names) || names.length < 2) return names;
  return inside(names[0], 'String')?.sval === 'pg_catalog' ? names.slice(1) : names;
}

/**
 * `(array['a'::varchar])::text[]` becomes `array[('a'::varchar)::text]` when its text is parsed again.
 * Source: transformArrayExpr in src/backend/parser/parse_expr.c
 */
function castsAtElements(tree: Json): Json {
  return map(tree, (node) => {
    const cast = inside(node, 'TypeCast');
    const array = inside(cast?.arg, 'A_ArrayExpr');
    const type = cast?.typeName;
    if (cast === undefined || array === undefined || !isObject(type)) return node;
    const { arrayBounds, ...element } = type;
    const elements = array.elements;
    if (!isList(arrayBounds) || arrayBounds.length !== 1 || !isList(elements)) return node;
    if (elements.some((one) => inside(one, 'A_ArrayExpr') !== undefined)) return node;
    const each = elements.map((arg) => ({ TypeCast: { arg, typeName: element } }));
    return { A_ArrayExpr: { ...array, elements: each } };
  });
}

/**
 * PostgreSQL prints no name for an unnamed column in a subquery that is an expression, in a rule and in a function's
 * body. Parsed again, the column is named after its type or its function, and that name is printed.
 * Source: get_target_list in src/backend/utils/adt/ruleutils.c
 */
function withoutInvisibleNames(tree: Json): Json {
  return map(tree, (node) => {
    const subquery = inside(node, 'SubLink');
    if (subquery !== undefined) return { SubLink: { ...subquery, ...unnamedIn(subquery, 'subselect') } };
    const rule = inside(node, 'RuleStmt');
    if (rule !== undefined) return { RuleStmt: { ...rule, ...unnamedIn(rule, 'actions') } };
    const program = inside(node, 'CreateFunctionStmt');
    if (program !== undefined)
      return { CreateFunctionStmt: { ...program, ...unnamedIn(program, 'sql_body') } };
    return node;
  });
}

const unnamedIn = (node: JsonObject, key: string): JsonObject =>
  node[key] === undefined ? {} : { [key]: unnamed(node[key]) };

function unnamed(statement: Json): Json {
  if (isList(statement)) return statement.map(unnamed);
  if (!isObject(statement)) return statement;
  const select = inside(statement, 'SelectStmt');
  if (select !== undefined) return { SelectStmt: unnamedSelect(select) };
  const returning = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'].find((type) => type in statement);
  if (returning !== undefined) {
    const content = inside(statement, returning) ?? {};
    return { [returning]: { ...content, ...unnamedReturning(content), ...unnamedIn(content, 'selectStmt') } };
  }
  // The list of statements between BEGIN ATOMIC and END.
  const list = inside(statement, 'List');
  return list === undefined ? statement : { List: { ...list, ...unnamedIn(list, 'items') } };
}

function unnamedSelect(select: JsonObject): JsonObject {
  const arms = Object.fromEntries(
    ['larg', 'rarg'].flatMap((key) => {
      const arm = select[key];
      return isObject(arm) ? [[key, unnamedSelect(arm)]] : [];
    }),
  );
  return { ...select, ...arms, ...withoutNames(select, 'targetList') };
}

function unnamedReturning(content: JsonObject): JsonObject {
  const { returningClause } = content;
  if (isObject(returningClause)) {
    return { returningClause: { ...returningClause, ...withoutNames(returningClause, 'exprs') } };
  }
  return withoutNames(content, 'returningList');
}

function withoutNames(node: JsonObject, key: string): JsonObject {
  const targets = node[key];
  if (!isList(targets)) return {};
  return {
    [key]: targets.map((target) => {
      const { name: _name, ...rest } = inside(target, 'ResTarget') ?? {};
      return 'val' in rest ? { ResTarget: rest } : target;
    }),
  };
}

/**
 * From version 16 on, PostgreSQL does not qualify a column at the top of a view whose only source is one table.
 * Source: the commit "Don't create OLD/NEW range table entries for views", PostgreSQL 16
 */
function qualifiedAtTop(statement: Json): Json {
  const select = inside(statement, 'SelectStmt');
  const from = select?.fromClause;
  const source = isList(from) && from.length === 1 ? nameOfSource(from[0]) : undefined;
  return select === undefined || source === undefined ? statement : { SelectStmt: qualified(select, source) };
}

function nameOfSource(source: Json | undefined): string | undefined {
  const types = ['RangeVar', 'RangeSubselect', 'RangeFunction', 'RangeTableSample'] as const;
  const content = types.map((type) => inside(source, type)).find((found) => found !== undefined);
  if (content === undefined) return undefined;
  if (isObject(content.relation)) return nameOfSource(content.relation);
  const alias = isObject(content.alias) ? content.alias.aliasname : content.relname;
  return typeof alias === 'string' ? alias : undefined;
}

/** Qualifies columns, except in subqueries, in which PostgreSQL always qualifies them. */
function qualified(node: JsonObject, source: string): JsonObject {
  const change = (value: Json): Json => {
    if (isList(value)) return value.map(change);
    if (!isObject(value) || 'RangeSubselect' in value || 'CommonTableExpr' in value) return value;
    const subquery = inside(value, 'SubLink');
    if (subquery?.testexpr !== undefined) {
      return { SubLink: { ...subquery, testexpr: change(subquery.testexpr) } };
    }
    if (subquery !== undefined) return value;
    const fields = inside(value, 'ColumnRef')?.fields;
    if (isList(fields) && fields.length === 1 && inside(fields[0], 'String') !== undefined) {
      return { ColumnRef: { fields: [{ String: { sval: source } }, ...fields] } };
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one)]));
  };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, change(value)]));
}
