import { expect, it } from 'vitest';
import type { SqlApplier } from '../../src/domain/ports/database.ts';
import { ProblemError } from '../../src/domain/problem.ts';
import type { SqlChange } from '../../src/domain/sql-change.ts';
import { applyChange } from '../../src/engine/executor.ts';
import { bench } from '../support/report/bench.ts';
import { migrateOf } from '../support/workspace/changes.ts';

const signal = new AbortController().signal;

/** A ledger of names in memory. */
function ledger(head: string | null, refuses?: ProblemError): SqlApplier & { readonly applied: SqlChange[] } {
  const applied: SqlChange[] = [];
  return {
    applied,
    holds: async (change) => change.before.head === head,
    apply: async (change) => {
      if (refuses !== undefined) throw refuses;
      applied.push(change);
    },
  };
}

it('applies a migration to the ledger that it was confirmed for', async () => {
  const sql = ledger('001_erp_schema.sql');
  const { parts, types } = await bench({ sql });
  const change = migrateOf('002_agent_schema.sql', 'select 2;', '001_erp_schema.sql');
  expect(await applyChange(parts, '2.2', change, signal)).toBe('applied');
  expect(sql.applied).toEqual([change]);
  expect(types()).toEqual(['intended', 'applied']);
});

it.each([
  ['has a later migration', '002_agent_schema.sql'],
  ['is gone', null],
])('applies nothing if the ledger %s since', async (_, head) => {
  const sql = ledger(head);
  const { parts, records } = await bench({ sql });
  const change = migrateOf('002_agent_schema.sql', 'select 2;', '001_erp_schema.sql');
  expect(await applyChange(parts, '2.2', change, signal)).toBe('moved');
  expect(sql.applied).toEqual([]);
  expect(records()).toEqual([]);
});

it('passes on an error of the server, and does not record the migration as applied', async () => {
  const refusal = new ProblemError({ code: 'ERP-0510', what: 'syntax error', why: '', todo: [], exit: 4 });
  const { parts, types } = await bench({ sql: ledger(null, refusal) });
  await expect(applyChange(parts, '2.2', migrateOf('001.sql', 'selec'), signal)).rejects.toBe(refusal);
  expect(types()).toEqual(['intended']);
});
