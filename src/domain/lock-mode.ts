/**
 * The lock modes of tables, from weak to strong, as PostgreSQL's documentation names them.
 * Source: https://www.postgresql.org/docs/18/explicit-locking.html, table 13.2
 */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

export type LockMode = (typeof lockModes)[number];

/** A row for each mode: x if it conflicts with the mode of that column, both in the order of `lockModes`. */
const conflicts: Readonly<Record<LockMode, string>> = {
  'ACCESS SHARE': '.......x',
  'ROW SHARE': '......xx',
  'ROW EXCLUSIVE': '....xxxx',
  'SHARE UPDATE EXCLUSIVE': '...xxxxx',
  SHARE: '..xx.xxx',
  'SHARE ROW EXCLUSIVE': '..xxxxxx',
  EXCLUSIVE: '.xxxxxxx',
  'ACCESS EXCLUSIVE': 'xxxxxxxx',
};

/** Returns whether one session has to wait for a lock that another one holds. */
export function conflict(one: LockMode, other: LockMode): boolean {
  return conflicts[one][lockModes.indexOf(other)] === 'x';
}

/** Returns whether other sessions cannot write while the lock is held. */
export function blocksWrites(lock: LockMode): boolean {
  return conflict(lock, 'ROW EXCLUSIVE');
}

/** Reads the name of a mode in `pg_locks`, such as `ShareRowExclusiveLock`; null for another kind of lock. */
export function lockModeOf(name: string): LockMode | null {
  const words = name
    .replace(/Lock$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
  return lockModes.find((mode) => mode === words) ?? null;
}
