import type { AlterTableCmd, Node } from 'libpg-query';
import { type Finding, found, locked } from '../finding.ts';
import type { LiveRelation } from '../live.ts';
import { nameOf } from '../names.ts';
import type { Scope } from '../scope.ts';
import { addColumn } from './add-column.ts';
import { addConstraint } from './add-constraint.ts';
import { typeChange, typeIn } from './column-types.ts';
import { attachPartition } from './partitions.ts';

/** Returns what ALTER TABLE and its relatives do. */
export function alterTable(node: Node, scope: Scope): readonly Finding[] {
  if ('AlterTableMoveAllStmt' in node) {
    return [
      {
        rule: 'set-tablespace',
        on: [],
        object: `tablespace ${node.AlterTableMoveAllStmt.orig_tablespacename}`,
      },
    ];
  }
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.relation === undefined) return [];
  const { relation, cmds = [], objtype } = node.AlterTableStmt;
  const commands = cmds.flatMap((one) => ('AlterTableCmd' in one ? [one.AlterTableCmd] : []));
  const live = scope.relation(nameOf(relation));
  if (objtype === 'OBJECT_TYPE')
    return commands.flatMap((command) => alterType(relation.relname ?? '', command, scope));
  if (live === undefined) return [];
  if (objtype === 'OBJECT_INDEX') {
    const moves = commands.some(({ subtype }) => subtype === 'AT_SetTableSpace');
    return moves ? found('set-tablespace', live) : [];
  }
  if (objtype !== 'OBJECT_TABLE') return [];
  return oncePerRule(commands.flatMap((command) => alterTableCommand(live, command, scope)));
}

/** ALTER TYPE of a composite type: the tables with a column of it are affected. */
function alterType(name: string, { subtype }: AlterTableCmd, scope: Scope): readonly Finding[] {
  const users = scope.live.relations.filter(({ types }) => types.some((type) => type.endsWith(`.${name}`)));
  if (subtype !== 'AT_DropColumn' || users.length === 0) return [];
  const on = users.map((relation) => ({ relation, lock: null }));
  return [{ rule: 'drop-attribute', on, object: `type ${name}` }];
}

/**
 * The commands of one statement share one lock. If there is another hazard, the remark about the short lock is left
 * out.
 */
function oncePerRule(findings: readonly Finding[]): readonly Finding[] {
  const first = findings.filter(
    (one, index) => findings.findIndex(({ rule }) => rule === one.rule) === index,
  );
  const others = first.filter(({ rule }) => rule !== 'brief-lock');
  return others.length === 0 ? first : others;
}

/** Subcommands that take no lock which blocks others from reading or writing (AlterTableGetLockLevel). */
const harmless: ReadonlySet<string> = new Set([
  'AT_SetStatistics',
  'AT_SetOptions',
  'AT_ResetOptions',
  'AT_SetRelOptions',
  'AT_ResetRelOptions',
  'AT_ClusterOn',
  'AT_DropCluster',
]);

function alterTableCommand(table: LiveRelation, command: AlterTableCmd, scope: Scope): readonly Finding[] {
  const { subtype = '', name = '', def } = command;
  if (harmless.has(subtype)) return [];
  switch (subtype) {
    case 'AT_AddColumn':
      return def !== undefined && 'ColumnDef' in def ? addColumn(table, def.ColumnDef, scope) : [];
    case 'AT_AddConstraint':
      return def !== undefined && 'Constraint' in def ? addConstraint(table, def.Constraint, scope) : [];
    case 'AT_DropColumn':
      // A column that the files add contains no data of the users.
      return found(table.columns[name] === undefined ? 'brief-lock' : 'drop-column', table);
    case 'AT_SetNotNull':
      return found(scope.provedNotNull(table, name) ? 'brief-lock' : 'set-not-null', table);
    case 'AT_AlterColumnType':
      return alterColumnType(table, command, scope);
    case 'AT_ValidateConstraint': {
      const held = scope.validate(table, name);
      return held === undefined ? [] : found('validate-in-same-file', table, held);
    }
    case 'AT_DropConstraint':
      return found('drop-constraint', table, 'ACCESS EXCLUSIVE', [
        locked(scope.byOid(table.keys[name] ?? null)),
      ]);
    case 'AT_AttachPartition':
      return def !== undefined && 'PartitionCmd' in def
        ? attachPartition(table, def.PartitionCmd, scope)
        : [];
    case 'AT_DetachPartition': {
      const part = def !== undefined && 'PartitionCmd' in def ? def.PartitionCmd.name : undefined;
      return found('detach-partition', table, 'ACCESS EXCLUSIVE', [
        locked(part && scope.relation(nameOf(part))),
      ]);
    }
    default:
      return storageCommand(table, subtype);
  }
}

function storageCommand(table: LiveRelation, subtype: string): readonly Finding[] {
  switch (subtype) {
    case 'AT_SetLogged':
      return found(table.persistence === 'u' ? 'set-logged' : 'brief-lock', table);
    case 'AT_SetUnLogged':
      return found(table.persistence === 'p' ? 'set-unlogged' : 'brief-lock', table);
    case 'AT_SetTableSpace':
      return found('set-tablespace', table);
    case 'AT_SetAccessMethod':
      return found('set-access-method', table);
    case 'AT_SetExpression':
      return found('set-expression', table);
    case 'AT_EnableRowSecurity':
      return found('row-security', table);
    case 'AT_DisableTrig':
    case 'AT_DisableTrigAll':
    case 'AT_DisableTrigUser':
      return found('disable-trigger', table, 'SHARE ROW EXCLUSIVE');
    case 'AT_EnableTrig':
    case 'AT_EnableTrigAll':
    case 'AT_EnableTrigUser':
    case 'AT_EnableAlwaysTrig':
    case 'AT_EnableReplicaTrig':
      return found('brief-lock', table, 'SHARE ROW EXCLUSIVE');
    default:
      return found('brief-lock', table);
  }
}

function alterColumnType(
  table: LiveRelation,
  { name = '', def }: AlterTableCmd,
  scope: Scope,
): readonly Finding[] {
  if (def === undefined || !('ColumnDef' in def) || def.ColumnDef.typeName === undefined) return [];
  const from = table.columns[name];
  // A column that this file adds contains what the file wrote.
  if (from === undefined) return found('alter-type-rewrite', table);
  const to = typeIn(def.ColumnDef.typeName, scope);
  const { rewrites, loses } = typeChange(from, to, def.ColumnDef.raw_default, scope);
  if (loses) return found('alter-type-lossy', table);
  return found(rewrites ? 'alter-type-rewrite' : 'brief-lock', table);
}
