import type { LockMode } from '../../domain/lock-mode.ts';
import type { LiveRelation } from './live.ts';
import type { RuleName } from './rules.ts';

/** A relation, and the lock that a statement takes on it. */
export interface Locked {
  readonly relation: LiveRelation;
  /** Null if it takes none, and changes what the relation contains. */
  readonly lock: LockMode | null;
}

/** A rule that applies to a statement. */
export interface Finding {
  readonly rule: RuleName;
  /** The affected relations of the server, the most affected first. */
  readonly on: readonly Locked[];
  /** What is affected beside relations, such as `type erp.mood`. */
  readonly object?: string;
}

/** Returns the finding, or nothing if the relation is not one of the server. */
export function found(
  rule: RuleName,
  relation: LiveRelation | undefined,
  lock: LockMode = 'ACCESS EXCLUSIVE',
  more: readonly (Locked | undefined)[] = [],
): readonly Finding[] {
  if (relation === undefined) return [];
  return [{ rule, on: [{ relation, lock }, ...more.filter((one) => one !== undefined)] }];
}

export function locked(
  relation: LiveRelation | undefined,
  lock: LockMode = 'ACCESS EXCLUSIVE',
): Locked | undefined {
  return relation === undefined ? undefined : { relation, lock };
}
