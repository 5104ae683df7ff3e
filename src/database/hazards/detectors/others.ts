import type { Node } from 'libpg-query';
import { blocksWrites, lockModes } from '../../../domain/lock-mode.ts';
import { type Finding, found, locked } from '../finding.ts';
import { nameOf, stringsIn } from '../names.ts';
import type { Scope } from '../scope.ts';
import { withType } from './drops.ts';

/** Returns what the remaining statements do: triggers, rules, policies, locks, domains, settings, DO. */
export function others(node: Node, scope: Scope): readonly Finding[] {
  return [...definitions(node, scope), ...sessionStatements(node, scope)];
}

function definitions(node: Node, scope: Scope): readonly Finding[] {
  if ('CreateTrigStmt' in node && node.CreateTrigStmt.relation !== undefined)
    return found(
      'create-trigger',
      scope.relation(nameOf(node.CreateTrigStmt.relation)),
      'SHARE ROW EXCLUSIVE',
    );
  if ('RuleStmt' in node && node.RuleStmt.relation !== undefined)
    return found('create-rule', scope.relation(nameOf(node.RuleStmt.relation)));
  if ('CreatePolicyStmt' in node && node.CreatePolicyStmt.table !== undefined)
    return found('create-policy', scope.relation(nameOf(node.CreatePolicyStmt.table)));
  if ('AlterPolicyStmt' in node && node.AlterPolicyStmt.table !== undefined)
    return found('create-policy', scope.relation(nameOf(node.AlterPolicyStmt.table)));
  return 'AlterDomainStmt' in node ? alterDomain(node.AlterDomainStmt, scope) : [];
}

/** ADD without NOT VALID, VALIDATE and SET NOT NULL read every table with a column of the domain. */
function alterDomain(
  { subtype, typeName, def }: Extract<Node, { AlterDomainStmt: unknown }>['AlterDomainStmt'],
  scope: Scope,
): readonly Finding[] {
  const added = def !== undefined && 'Constraint' in def ? def.Constraint : undefined;
  const adds = subtype === 'C' && added?.skip_validation !== true;
  if (!adds && subtype !== 'O' && subtype !== 'V') return [];
  const parts = stringsIn(typeName);
  const on = withType(parts.at(-1) ?? '', scope).flatMap((relation) => locked(relation, 'SHARE') ?? []);
  return on.length === 0 ? [] : [{ rule: 'add-domain-constraint', on, object: `domain ${parts.join('.')}` }];
}

function sessionStatements(node: Node, scope: Scope): readonly Finding[] {
  if ('LockStmt' in node) {
    // The parser gives the mode as PostgreSQL's number, from 1.
    const mode = lockModes[(node.LockStmt.mode ?? lockModes.length) - 1] ?? 'ACCESS EXCLUSIVE';
    if (!blocksWrites(mode)) return [];
    return (node.LockStmt.relations ?? []).flatMap((one) =>
      'RangeVar' in one ? found('lock-table', scope.relation(nameOf(one.RangeVar)), mode) : [],
    );
  }
  if ('DoStmt' in node || 'CallStmt' in node)
    return [{ rule: 'do-block', on: [], object: 'a block of code' }];
  if (!('VariableSetStmt' in node) || node.VariableSetStmt.kind !== 'VAR_SET_VALUE') return [];
  const { name } = node.VariableSetStmt;
  const object = `setting ${name}`;
  if (name === 'lock_timeout') return [{ rule: 'own-lock-timeout', on: [], object }];
  return name === 'session_replication_role' ? [{ rule: 'disable-all-triggers', on: [], object }] : [];
}
