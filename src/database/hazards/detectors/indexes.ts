import type { Node } from 'libpg-query';
import { type Finding, found, locked } from '../finding.ts';
import { nameOf } from '../names.ts';
import type { Scope } from '../scope.ts';

/** Returns what building indexes and refreshing materialized views does. The CONCURRENTLY forms block neither reads nor writes. */
export function indexes(node: Node, scope: Scope): readonly Finding[] {
  if ('IndexStmt' in node && node.IndexStmt.relation !== undefined) {
    const { relation, concurrent = false } = node.IndexStmt;
    return concurrent ? [] : found('create-index', scope.relation(nameOf(relation)), 'SHARE');
  }
  if ('ReindexStmt' in node && node.ReindexStmt.relation !== undefined) {
    const named = scope.relation(nameOf(node.ReindexStmt.relation));
    if (node.ReindexStmt.kind === 'REINDEX_OBJECT_TABLE') return found('reindex', named, 'SHARE');
    return found('reindex', named, 'ACCESS EXCLUSIVE', [locked(scope.byOid(named?.table ?? null), 'SHARE')]);
  }
  if ('RefreshMatViewStmt' in node && node.RefreshMatViewStmt.relation !== undefined) {
    const { relation, concurrent = false } = node.RefreshMatViewStmt;
    return concurrent ? [] : found('refresh-materialized-view', scope.relation(nameOf(relation)));
  }
  if ('ClusterStmt' in node && node.ClusterStmt.relation !== undefined) {
    return found('cluster', scope.relation(nameOf(node.ClusterStmt.relation)));
  }
  return [];
}
