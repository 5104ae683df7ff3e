import type { Constraint } from 'libpg-query';
import { type Finding, found, locked } from '../finding.ts';
import type { LiveRelation } from '../live.ts';
import { nameOf, partsOf } from '../names.ts';
import type { Scope } from '../scope.ts';

/** Returns what ALTER TABLE … ADD CONSTRAINT does to a table of the server. */
export function addConstraint(table: LiveRelation, constraint: Constraint, scope: Scope): readonly Finding[] {
  const { contype, conname = '', skip_validation: notValid = false, indexname } = constraint;
  if (notValid) {
    const lock = contype === 'CONSTR_FOREIGN' ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE';
    scope.addNotValid(table, conname, { column: notNullColumn(constraint), lock });
  }
  switch (contype) {
    case 'CONSTR_CHECK':
    case 'CONSTR_NOTNULL': {
      if (notValid) return found('brief-lock', table);
      const column = notNullColumn(constraint);
      if (column !== null) scope.proveNotNull(table, column);
      return found('add-check', table);
    }
    case 'CONSTR_FOREIGN': {
      const target =
        constraint.pktable === undefined ? undefined : scope.relation(nameOf(constraint.pktable));
      const both = [locked(target, 'SHARE ROW EXCLUSIVE')];
      return found(notValid ? 'brief-lock' : 'add-foreign-key', table, 'SHARE ROW EXCLUSIVE', both);
    }
    case 'CONSTR_PRIMARY':
      if (indexname === undefined) return found('add-primary-key', table);
      return found(isNullable(table, indexname, scope) ? 'primary-key-nullable' : 'brief-lock', table);
    case 'CONSTR_UNIQUE':
      return found(indexname === undefined ? 'add-unique' : 'brief-lock', table);
    case 'CONSTR_EXCLUSION':
      return found('add-exclusion', table);
    default:
      return found('brief-lock', table);
  }
}

function isNullable(table: LiveRelation, index: string, scope: Scope): boolean {
  return scope.relation({ schema: table.schema, name: index })?.nullable === true;
}

/** Returns the column of which the constraint says that it is not null; null for any other constraint. */
function notNullColumn({ raw_expr: expression }: Constraint): string | null {
  if (expression === undefined || !('NullTest' in expression)) return null;
  const { arg, nulltesttype } = expression.NullTest;
  if (nulltesttype !== 'IS_NOT_NULL' || arg === undefined || !('ColumnRef' in arg)) return null;
  return (arg.ColumnRef.fields ?? []).flatMap(partsOf).at(-1) ?? null;
}
