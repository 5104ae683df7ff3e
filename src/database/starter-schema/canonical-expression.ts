import type { Node } from 'libpg-query';

/**
 * Returns a form of an expression that does not depend on how PostgreSQL prints it: `pg_get_indexdef`
 * turns `status in ('a','b')` into `((status)::text = ANY (ARRAY['a'::text, 'b'::text]))`.
 * Casts of constants, and casts of columns and arrays to text, are removed; so are locations.
 * The result is only for comparison.
 */
export function canonicalExpression(node: Node): string {
  return JSON.stringify(canonical(node));
}

const places = new Set([
  'location',
  'rexpr_list_start',
  'rexpr_list_end',
  'list_start',
  'list_end',
  'funcformat',
]);

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isRecord(value)) return value;
  const rewritten = withoutCast(value) ?? withoutSugar(value);
  if (rewritten !== undefined) return canonical(rewritten);
  const and = conjunction(value);
  if (and !== undefined) return and;
  const fields = Object.entries(value).filter(([name]) => !places.has(name));
  return Object.fromEntries(fields.sort(byName).map(([name, part]) => [name, canonical(part)]));
}

/** The casts that the server adds when it resolves types. */
function withoutCast({ TypeCast: cast }: Fields): unknown {
  if (!isRecord(cast)) return undefined;
  const { arg } = cast;
  const added = isRecord(arg) && ('A_Const' in arg || 'A_ArrayExpr' in arg);
  return added || /"sval":"(?:text|varchar|bpchar)"/.test(JSON.stringify(cast.typeName)) ? arg : undefined;
}

/** Rewrites IN, LIKE and BETWEEN as the operators that the server stores for them. */
function withoutSugar({ A_Expr: expression }: Fields): unknown {
  if (!isRecord(expression)) return undefined;
  const { kind, name, lexpr, rexpr } = expression;
  const items = isRecord(rexpr) && isRecord(rexpr.List) ? rexpr.List.items : undefined;
  if (kind === 'AEXPR_IN') {
    const all = JSON.stringify(name).includes('<>') ? 'AEXPR_OP_ALL' : 'AEXPR_OP_ANY';
    return { A_Expr: { kind: all, name, lexpr, rexpr: { A_ArrayExpr: { elements: items } } } };
  }
  if (kind === 'AEXPR_LIKE' || kind === 'AEXPR_ILIKE') return { A_Expr: { ...expression, kind: 'AEXPR_OP' } };
  if (kind !== 'AEXPR_BETWEEN' || !Array.isArray(items)) return undefined;
  return {
    BoolExpr: {
      boolop: 'AND_EXPR',
      args: [operation('>=', lexpr, items[0]), operation('<=', lexpr, items[1])],
    },
  };
}

function operation(name: string, lexpr: unknown, rexpr: unknown) {
  return { A_Expr: { kind: 'AEXPR_OP', name: [{ String: { sval: name } }], lexpr, rexpr } };
}

/** Flattens `a and (b and c)` and `(a and b) and c` into one list; OR likewise. */
function conjunction({ BoolExpr: expression }: Fields): unknown {
  if (!isRecord(expression) || !Array.isArray(expression.args)) return undefined;
  const { boolop } = expression;
  const args = expression.args.map(canonical).flatMap((arg) => {
    const nested = isRecord(arg) ? arg.BoolExpr : undefined;
    const same = isRecord(nested) && nested.boolop === boolop && boolop !== 'NOT_EXPR';
    return same && Array.isArray(nested.args) ? nested.args : [arg];
  });
  return { BoolExpr: { boolop, args } };
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}
