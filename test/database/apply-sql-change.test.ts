import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sqlApplier } from '../../src/database/apply-sql-change.ts';
import { checksumOf } from '../../src/database/checksum.ts';
import type { Database } from '../../src/domain/ports/database.ts';
import { DatabaseError, type Session } from '../../src/domain/session.ts';
import type { SqlChange } from '../../src/domain/sql-change.ts';

const text = 'create table late (id bigint);';
const file = { name: '100_late.sql', text, checksum: checksumOf(text), mode: 'transaction' } as const;

/** A database whose server ends the session at this statement. */
function ending(at: string, onEnd: () => void): Database {
  const session: Session = {
    query: async () => [],
    script: async (sql) => {
      if (!sql.includes(at)) return [];
      onEnd();
      throw new DatabaseError({ code: '57P01', message: 'terminating connection' });
    },
    close: async () => undefined,
  };
  return {
    target: 'production',
    state: async () => ({ is: 'present' }),
    session: async () => session,
    create: async () => session,
    ignore: () => undefined,
    close: async () => undefined,
  };
}

const migrate: SqlChange = {
  kind: 'sql',
  database: 'production',
  operation: { type: 'migrate', file },
  before: { head: null },
};

const gone = new Error('the lock is not ours any more');

test.each(['begin', text, 'notify pgrst'])(
  'a session that is ended at %s while the right to change anything was lost is reported as that loss',
  async (at) => {
    let isLost = false;
    const mayCommit = async () => {
      if (isLost) throw gone;
    };
    const database = ending(at, () => {
      isLost = true;
    });
    const target = sqlApplier(database, randomBytes, false, mayCommit);
    await expect(target.apply(migrate)).rejects.toBe(gone);
  },
);
