import type { Node, PartitionCmd } from 'libpg-query';
import { type Finding, found, locked } from '../finding.ts';
import type { LiveRelation } from '../live.ts';
import { nameOf } from '../names.ts';
import type { Scope } from '../scope.ts';

/**
 * Returns what ATTACH PARTITION does: it reads the new partition and the DEFAULT partition, unless their checks imply
 * the bounds.
 */
export function attachPartition(
  parent: LiveRelation,
  { name }: PartitionCmd,
  scope: Scope,
): readonly Finding[] {
  const part = name === undefined ? undefined : scope.relation(nameOf(name));
  const beside = scope.byOid(parent.defaultPartition);
  const parentLock = [locked(parent, 'SHARE UPDATE EXCLUSIVE')];
  // Only the server can decide whether a check implies the bounds. Any check on the table is assumed to imply them.
  const isChecked = (one: LiveRelation) => one.checks.length > 0;
  return [
    ...(part === undefined || part.kind === 'p' || isChecked(part)
      ? []
      : found('attach-partition', part, 'ACCESS EXCLUSIVE', parentLock)),
    ...(beside === undefined || isChecked(beside)
      ? []
      : found('attach-beside-default', beside, 'ACCESS EXCLUSIVE', parentLock)),
  ];
}

/** Returns what CREATE TABLE does to tables of the server: as a partition of one, or with a key that references one. */
export function createTable(node: Node, scope: Scope): readonly Finding[] {
  if (!('CreateStmt' in node)) return [];
  const {
    relation,
    inhRelations = [],
    partbound,
    tableElts = [],
    constraints = [],
    if_not_exists,
  } = node.CreateStmt;
  if (if_not_exists === true && relation && scope.relation(nameOf(relation)) !== undefined) return [];
  const parents = inhRelations.flatMap((one) =>
    'RangeVar' in one ? [scope.relation(nameOf(one.RangeVar))] : [],
  );
  const columns = tableElts.flatMap((one) =>
    'ColumnDef' in one ? (one.ColumnDef.constraints ?? []) : [one],
  );
  const targets = [...columns, ...constraints].flatMap((one) =>
    'Constraint' in one && one.Constraint.contype === 'CONSTR_FOREIGN' && one.Constraint.pktable !== undefined
      ? [scope.relation(nameOf(one.Constraint.pktable))]
      : [],
  );
  return [
    ...(partbound === undefined ? [] : parents.flatMap((parent) => createPartition(parent, scope))),
    ...[...new Set(targets)].flatMap((target) =>
      found('reference-from-new-table', target, 'SHARE ROW EXCLUSIVE'),
    ),
  ];
}

function createPartition(parent: LiveRelation | undefined, scope: Scope): readonly Finding[] {
  const beside = parent === undefined ? undefined : scope.byOid(parent.defaultPartition);
  return [
    ...found('create-partition', parent),
    ...(beside === undefined || beside.checks.length > 0
      ? []
      : found('attach-beside-default', beside, 'ACCESS EXCLUSIVE', [locked(parent)])),
  ];
}
