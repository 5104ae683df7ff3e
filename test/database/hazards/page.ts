import { rules } from '../../../src/database/hazards/rules.ts';
import type { LockMode } from '../../../src/domain/lock-mode.ts';

/** What a server did for the migration of a case. */
export interface Seen {
  readonly file: string;
  /** Lock on the most affected relation; null if none is affected. */
  readonly lock: LockMode | null;
  readonly work: 'rewrite' | 'scan' | 'none';
}

const introduction = `# Hazards of a migration

Before a migration is applied to a database that contains rows, \`plan\` and \`run\` show what each of its statements does to
others: the lock and what it is taken on, whether the table is rewritten or scanned, rows and size (estimates of the
catalog), the sessions that would block it right now, the free disk if it rewrites (2 × table and WAL), and what to write
instead. The event stream has the same in \`hazards\` of a change.

What can lose data needs \`--force\`; \`--allow-populated\` covers the rest. Nothing is shown for tables without rows, and for
what the pending files themselves create.

An attempt at a migration waits at most \`migrations.lock-timeout\` (2 s) for a lock. Then its whole transaction is rolled
back, and repeated \`migrations.lock-attempts\` times in all (5). After that, ERP-0508 names the sessions that hold the
lock.

A test runs every statement of this page on a PostgreSQL server and makes the page of what it observes: the lock in
\`pg_locks\`, the rewrite in \`relfilenode\`, the scan in \`pg_stat_xact_user_tables\`. It runs the safe form, too. Another
test observes the same on PostgreSQL 16, 17 and 18.

VACUUM (FULL), and every CONCURRENTLY form except CREATE INDEX, are refused in a migration (ERP-0516), since they cannot run
in a transaction.
`;

const worked = { rewrite: 'rewrites', scan: 'scans', none: '' } as const;

/** Returns the page about hazards, generated from the rules and the observations. */
export function hazardsPage(seen: ReadonlyMap<string, Seen>): string {
  const named = Object.entries(rules).map(([name, rule]) => ({ name, ...rule, seen: seen.get(name) }));
  const rows = named.map((rule) => [
    `[\`${rule.name}\`](#${rule.name})`,
    rule.what,
    rule.seen?.lock ?? '',
    rule.seen === undefined ? 'not observed' : worked[rule.seen.work],
    rule.losesData === true ? '`--force`' : '',
  ]);
  const table = tableOf([['rule', 'statement', 'lock', 'work', 'can lose data'], ...rows]);
  const parts = named.map(({ name, what, why, safe, seen: one }) =>
    [
      `## ${name}`,
      `${capital(what)}. ${why}`,
      `\`\`\`sql\n${one?.file ?? ''}\n\`\`\``,
      `Instead: ${safe}.`,
    ].join('\n\n'),
  );
  return `${[introduction, table, ...parts].join('\n').replaceAll(/\n(?=## )/g, '\n\n')}\n`;
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

function tableOf([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
