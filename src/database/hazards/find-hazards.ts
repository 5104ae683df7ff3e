import { blocksWrites, lockModes } from '../../domain/lock-mode.ts';
import type { SqlStatement } from '../sql/parse-sql.ts';
import { alterTable } from './detectors/alter-table.ts';
import { drops } from './detectors/drops.ts';
import { indexes } from './detectors/indexes.ts';
import { others } from './detectors/others.ts';
import { createTable } from './detectors/partitions.ts';
import { renames } from './detectors/renames.ts';
import { rows } from './detectors/rows.ts';
import type { Finding, Locked } from './finding.ts';
import type { LiveCatalog } from './live.ts';
import { Scope } from './scope.ts';

const detectors = [alterTable, createTable, drops, renames, indexes, rows, others];

/** A finding with its position. */
export interface FoundHazard extends Finding {
  /** From 1. */
  readonly line: number;
}

/**
 * Returns the hazards of pending files, file by file and in the order of their statements. Leaves out tables without
 * rows, and everything that the files themselves create.
 */
export function findHazards(
  files: readonly (readonly SqlStatement[])[],
  live: LiveCatalog,
): readonly (readonly FoundHazard[])[] {
  const scope = new Scope(live);
  return files.map((statements) => {
    scope.beginFile();
    const found = statements.map((statement) => {
      const findings = detectors.flatMap((detect) => detect(statement.node, scope));
      scope.follow(statement.node);
      const { line } = statement;
      return findings.filter(concernsRows).map((finding) => ({ ...finding, line }));
    });
    return [...found.flat(), ...heldLock(statements, found)];
  });
}

/** Views and sequences have no rows, but programs use them. */
function concernsRows({ on, object }: Finding): boolean {
  return object !== undefined || on.some(({ relation }) => !relation.empty || !/[rpm]/.test(relation.kind));
}

/** Returns the remark about the statements after the first one that blocks others: its lock is held until COMMIT. */
function heldLock(
  statements: readonly SqlStatement[],
  found: readonly (readonly FoundHazard[])[],
): readonly FoundHazard[] {
  const first = found.findIndex((findings) => strongest(findings) !== undefined);
  const next = statements[first + 1];
  const held = strongest(found[first] ?? []);
  if (next === undefined || held === undefined) return [];
  return [{ rule: 'held-lock', on: [held], line: next.line }];
}

function strongest(findings: readonly Finding[]): Locked | undefined {
  const rank = ({ lock }: Locked) => (lock === null ? -1 : lockModes.indexOf(lock));
  return findings
    .flatMap(({ on }) => on)
    .filter(({ lock }) => lock !== null && blocksWrites(lock))
    .toSorted((a, b) => rank(b) - rank(a))[0];
}
