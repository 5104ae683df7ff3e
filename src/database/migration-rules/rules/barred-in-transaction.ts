import type { DefElem, Node, ReindexStmt } from 'libpg-query';
import type { SqlStatement } from '../../sql/parse-sql.ts';
import { faultIn, type MigrationFault } from '../migration-fault.ts';

/** Refuses the statements of a migration that PostgreSQL does not run inside a transaction. */
export function barredInTransaction(
  file: string,
  text: string,
  statements: readonly SqlStatement[],
): readonly MigrationFault[] {
  return statements.flatMap(({ node, start }) => {
    const barred = whyBarred(node);
    if (barred === undefined) return [];
    const hint =
      'IndexStmt' in node
        ? '; put it into a file of its own that begins with "-- erp-deploy: no-transaction"'
        : '';
    return [faultIn(file, text, start, barred + hint)];
  });
}

/**
 * Returns why a migration that runs in one transaction must not contain a statement; undefined if it may. Covers the
 * callers of PreventInTransactionBlock that the text alone identifies; those that depend on the catalog (DROP
 * SUBSCRIPTION with a slot, REINDEX or CLUSTER of a partitioned table) are left to the server.
 * Source: https://github.com/postgres/postgres/tree/REL_18_STABLE/src/backend (utility.c, commands/)
 */
function whyBarred(node: Node): string | undefined {
  if ('TransactionStmt' in node) {
    return 'a migration runs in a transaction that erp-deploy opens and commits; leave transaction commands out';
  }
  if ('CopyStmt' in node && node.CopyStmt.filename === undefined) {
    return 'COPY from or to the client needs psql; use INSERT';
  }
  const statement = outsideTransactions(node);
  return statement && `${statement} cannot run inside a transaction, and a migration runs in one`;
}

function outsideTransactions(node: Node): string | undefined {
  return maintenance(node) ?? definition(node) ?? concurrent(node) ?? subscription(node);
}

function maintenance(node: Node): string | undefined {
  if ('VacuumStmt' in node) return node.VacuumStmt.is_vacuumcmd ? 'VACUUM' : undefined;
  if ('ClusterStmt' in node) return node.ClusterStmt.relation ? undefined : 'CLUSTER without a table';
  if ('DiscardStmt' in node) return node.DiscardStmt.target === 'DISCARD_ALL' ? 'DISCARD ALL' : undefined;
  return 'ReindexStmt' in node ? reindex(node.ReindexStmt) : undefined;
}

function reindex(node: ReindexStmt): string | undefined {
  if (isOn(node.params, 'concurrently', false)) return 'REINDEX CONCURRENTLY';
  if (node.kind === 'REINDEX_OBJECT_SCHEMA') return 'REINDEX SCHEMA';
  if (node.kind === 'REINDEX_OBJECT_SYSTEM') return 'REINDEX SYSTEM';
  return node.kind === 'REINDEX_OBJECT_DATABASE' ? 'REINDEX DATABASE' : undefined;
}

function definition(node: Node): string | undefined {
  if ('CreatedbStmt' in node) return 'CREATE DATABASE';
  if ('DropdbStmt' in node) return 'DROP DATABASE';
  if ('CreateTableSpaceStmt' in node) return 'CREATE TABLESPACE';
  if ('DropTableSpaceStmt' in node) return 'DROP TABLESPACE';
  if ('AlterSystemStmt' in node) return 'ALTER SYSTEM';
  if (!('AlterDatabaseStmt' in node)) return undefined;
  return named(node.AlterDatabaseStmt.options, 'tablespace') && 'ALTER DATABASE … SET TABLESPACE';
}

function concurrent(node: Node): string | undefined {
  if ('IndexStmt' in node) return node.IndexStmt.concurrent ? 'CREATE INDEX CONCURRENTLY' : undefined;
  if ('DropStmt' in node) return node.DropStmt.concurrent ? 'DROP INDEX CONCURRENTLY' : undefined;
  if (!('AlterTableStmt' in node)) return undefined;
  const detaches = node.AlterTableStmt.cmds?.some((command) => {
    const part = 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
    return part !== undefined && 'PartitionCmd' in part && part.PartitionCmd.concurrent === true;
  });
  return detaches ? 'ALTER TABLE … DETACH PARTITION CONCURRENTLY' : undefined;
}

function subscription(node: Node): string | undefined {
  if ('CreateSubscriptionStmt' in node) {
    const { options } = node.CreateSubscriptionStmt;
    const slot = isOn(options, 'connect', true) && isOn(options, 'create_slot', true);
    return slot ? 'CREATE SUBSCRIPTION with a replication slot' : undefined;
  }
  if (!('AlterSubscriptionStmt' in node)) return undefined;
  const { kind, options } = node.AlterSubscriptionStmt;
  if (kind === 'ALTER_SUBSCRIPTION_REFRESH') return 'ALTER SUBSCRIPTION … REFRESH';
  const refreshes = kind?.endsWith('_PUBLICATION') && isOn(options, 'refresh', true);
  return refreshes ? 'ALTER SUBSCRIPTION … PUBLICATION with a refresh' : undefined;
}

function named(options: readonly Node[] | undefined, name: string): DefElem | undefined {
  for (const option of options ?? []) {
    if ('DefElem' in option && option.DefElem.defname === name) return option.DefElem;
  }
  return undefined;
}

/** Reads a boolean option, which PostgreSQL accepts as a word, a string or a number; without a value it is on. */
function isOn(options: readonly Node[] | undefined, name: string, otherwise: boolean): boolean {
  const option = named(options, name);
  if (option === undefined) return otherwise;
  return (
    option.arg === undefined ||
    !/"(?:sval":"(?:false|off|0)"|ival":0)|"Integer":\{\}/i.test(JSON.stringify(option.arg))
  );
}
