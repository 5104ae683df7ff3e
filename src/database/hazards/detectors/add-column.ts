import type { ColumnDef, Constraint, Node } from 'libpg-query';
import { type Finding, found, locked } from '../finding.ts';
import type { LiveRelation } from '../live.ts';
import { eachWith, nameIn, nameOf, stringsIn } from '../names.ts';
import type { RuleName } from '../rules.ts';
import type { Scope } from '../scope.ts';

const serials = ['serial', 'bigserial', 'smallserial', 'serial2', 'serial4', 'serial8'];

/** Returns what ADD COLUMN does to a table of the server. */
export function addColumn(table: LiveRelation, column: ColumnDef, scope: Scope): readonly Finding[] {
  scope.add(table, column.colname ?? '');
  const constraints = (column.constraints ?? []).flatMap((one) =>
    'Constraint' in one ? [one.Constraint] : [],
  );
  const has = (type: Constraint['contype']) => constraints.find(({ contype }) => contype === type);
  const fill = fillRule(column, has, scope);
  const filled = fill !== undefined || has('CONSTR_DEFAULT') !== undefined;
  const required =
    (has('CONSTR_NOTNULL') ?? has('CONSTR_PRIMARY')) !== undefined && !filled && !isVirtual(has);
  const key = has('CONSTR_FOREIGN');
  const target = key?.pktable === undefined ? undefined : scope.relation(nameOf(key.pktable));
  const findings = [
    ...(fill === undefined ? [] : found(fill, table)),
    ...(required ? found('add-column-required', table) : []),
    ...(has('CONSTR_CHECK') === undefined ? [] : found('add-check', table)),
    ...(has('CONSTR_UNIQUE') === undefined ? [] : found('add-unique', table)),
    ...(has('CONSTR_PRIMARY') === undefined ? [] : found('add-primary-key', table)),
    // Without a default, every value is null, and PostgreSQL looks up nothing.
    ...(key === undefined || !filled
      ? found('reference-from-new-table', target, 'SHARE ROW EXCLUSIVE')
      : found('add-foreign-key', table, 'ACCESS EXCLUSIVE', [locked(target, 'SHARE ROW EXCLUSIVE')])),
  ];
  return findings.some(({ on }) => on[0]?.relation === table)
    ? findings
    : [...findings, ...found('brief-lock', table)];
}

/** Returns the rule under which ADD COLUMN stores a value in every row; undefined if it does not. */
function fillRule(
  { typeName }: ColumnDef,
  has: (type: Constraint['contype']) => Constraint | undefined,
  scope: Scope,
): RuleName | undefined {
  const type = nameIn(stringsIn(typeName?.names));
  if (type.schema === undefined && serials.includes(type.name)) return 'add-column-serial';
  if (has('CONSTR_IDENTITY') !== undefined) return 'add-column-identity';
  if (has('CONSTR_GENERATED') !== undefined && !isVirtual(has)) return 'add-column-generated';
  if (isVolatile(has('CONSTR_DEFAULT')?.raw_expr, scope)) return 'add-column-volatile-default';
  return scope.type(type)?.constrained === true ? 'add-column-domain' : undefined;
}

/** A virtual generated column is computed when it is read. */
function isVirtual(has: (type: Constraint['contype']) => Constraint | undefined): boolean {
  return has('CONSTR_GENERATED')?.generated_kind === 'v';
}

function isVolatile(expression: Node | undefined, scope: Scope): boolean {
  let isOne = false;
  eachWith(expression, 'FuncCall', (call) => {
    if (typeof call !== 'object' || call === null || !('funcname' in call)) return;
    eachWith(call.funcname, 'sval', (name) => {
      isOne ||= typeof name === 'string' && scope.live.volatile.has(name);
    });
  });
  return isOne;
}
