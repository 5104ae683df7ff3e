import type { Node } from 'libpg-query';
import * as z from 'zod';
import type { LockMode } from '../../../domain/lock-mode.ts';
import { type Finding, found } from '../finding.ts';
import { eachWith, nameOf } from '../names.ts';
import type { RuleName } from '../rules.ts';
import type { Scope } from '../scope.ts';

const relation = z.object({ relname: z.string(), schemaname: z.string().optional() });
const deletion = z.object({ relation, whereClause: z.unknown().optional() });
const update = deletion.extend({
  targetList: z.array(z.object({ ResTarget: z.object({ name: z.string() }) })),
});
const merge = z.object({
  relation,
  mergeWhenClauses: z.array(z.object({ MergeWhenClause: z.object({ commandType: z.string() }) })),
});

/** Bodies of functions, rules and DO blocks run later, or are not inspected. */
const executed = [
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'CreateTableAsStmt',
  'ExplainStmt',
];

/** Returns which rows a statement overwrites or deletes, in a WITH clause, too. */
export function rows(node: Node, scope: Scope): readonly Finding[] {
  if (!executed.includes(Object.keys(node)[0] ?? '')) return [];
  const findings: Finding[] = [];
  const add = (rule: RuleName, name: z.infer<typeof relation>, lock: LockMode = 'ROW EXCLUSIVE') =>
    findings.push(...found(rule, scope.relation(nameOf(name)), lock));
  eachWith(node, 'DeleteStmt', (found) => add('delete-rows', deletion.parse(found).relation));
  eachWith(node, 'MergeStmt', (found) => {
    const { relation: name, mergeWhenClauses } = merge.parse(found);
    const deletes = mergeWhenClauses.some(({ MergeWhenClause: one }) => one.commandType === 'CMD_DELETE');
    if (deletes) add('delete-rows', name);
  });
  eachWith(node, 'UpdateStmt', (found) => {
    const { relation: name, whereClause, targetList } = update.parse(found);
    const table = scope.relation(nameOf(name));
    if (whereClause !== undefined || table === undefined) return;
    const fills = targetList.every(({ ResTarget: { name: column } }) => scope.added(table, column));
    // The lock of ADD COLUMN is still held.
    if (fills) add('fill-column', name, 'ACCESS EXCLUSIVE');
    else add('update-all', name);
  });
  return findings;
}
