import { createHash } from 'node:crypto';
import type { Change } from './change.ts';
import type { SqlChange } from './sql-change.ts';

/**
 * Returns the hash of a change, including its precondition: one approval covers changes with equal digests. What only
 * describes the change does not count. For SQL only the content counts, since it is confirmed before its database
 * exists; the executor still compares `before` with the ledger.
 */
export function digestOf(change: Change): string {
  const content = change.kind === 'sql' ? contentOf(change.operation) : change;
  const withoutWords = (key: string, value: unknown) => (descriptive.has(key) ? undefined : value);
  return createHash('sha256').update(JSON.stringify(content, withoutWords)).digest('hex');
}

/**
 * The fields that only describe a change. They may contain values that change on their own, such as the number of
 * connections. A digest in a journal of an earlier version also lacks the fields that the version did not have.
 */
const descriptive: ReadonlySet<string> = new Set(['diff', 'summary', 'effect', 'purpose']);

function contentOf(operation: SqlChange['operation']): unknown {
  switch (operation.type) {
    case 'initialise':
    case 'record-changes':
    case 'recollate':
    case 'update-extension':
    case 'authenticator':
    case 'service-password':
    case 'dump':
    case 'drop':
    case 'end-rehearsal':
      return operation;
    case 'end-session':
      return [operation.leftover.pid, operation.leftover.started];
    case 'migrate':
      return [operation.file.name, operation.file.checksum];
    case 'revert':
      return operation.files.map(({ migration, file }) => [migration, file.checksum]);
    case 'rebuild':
      return [operation.schemas, operation.remaining.map((file) => [file.name, file.checksum])];
    case 'rehearse': {
      const { files, leftOut, major, scratch } = operation.rehearsal;
      return [scratch.name, major, leftOut, files.map((file) => [file.name, file.checksum])];
    }
    case 'adopt':
      return operation.files.map((file) => [file.name, file.checksum]);
  }
}
