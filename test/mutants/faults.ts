import type { Fault } from './fault.ts';

export const faults: readonly Fault[] = [
  {
    name: 'record-not-flushed',
    file: 'src/adapters/append-file.ts',
    snippet: '    await handle.sync();\n',
    replacement: '',
    wrong: 'A record of the journal is lost in a power cut, although the change after it was made.',
  },
  {
    name: 'lock-not-checked',
    file: 'src/engine/executor.ts',
    snippet: '  await parts.lock.assertHeld();\n',
    replacement: '',
    wrong: 'A rollout whose lock was taken over goes on changing the workspace.',
  },
  {
    name: 'exit-code-of-drift',
    file: 'src/cli/commands/status.ts',
    snippet: "if (states.some(({ state }) => state === 'drifted')) return exitCodes.notAsMigrated;",
    replacement: "if (states.some(({ state }) => state === 'drifted')) return exitCodes.stepFailed;",
    wrong: 'status exits with 4 instead of 5 if something drifted.',
  },
  {
    name: 'drift-reported-as-done',
    file: 'src/engine/step-status.ts',
    snippet: "recorded.lastVerified(step.id) === undefined ? 'open' : 'drifted'",
    replacement: "recorded.lastVerified(step.id) === undefined ? 'open' : 'true'",
    wrong: 'status reports a step that drifted as done.',
  },
  {
    name: 'secrets-in-the-diff',
    file: 'src/containers/env.ts',
    snippet: 'diff: keys.map(',
    replacement: "diff: [...kept.map((part) => (part instanceof Secret ? part.reveal() : '')), ...keys].map(",
    wrong: 'The plan shows the secrets of an .env that lacks a key.',
  },
  {
    name: 'env-readable-by-all',
    file: 'src/containers/env.ts',
    snippet: 'const envMode = 0o600;',
    replacement: 'const envMode = 0o644;',
    wrong: 'Every user of the machine can read the secrets in .env.',
  },
  {
    name: 'commit-not-awaited-for',
    file: 'src/database/ledger/transaction.ts',
    snippet: '    await mayCommit();\n',
    replacement: '    void mayCommit();\n',
    wrong: 'A migration is committed before it is known whether the lock is still held.',
  },
  {
    name: 'advisory-lock-not-taken',
    file: 'src/database/ledger/transaction.ts',
    snippet: 'select pg_advisory_xact_lock(',
    replacement: 'select (',
    wrong: 'Two rollouts migrate the same database at once.',
  },
  {
    name: 'ledger-row-outside-the-transaction',
    file: 'src/database/ledger/apply.ts',
    snippet: `        await enter(session, file, performance.now() - since, false);
      });
    };
    await withAttempts(session, file, waits, onLine, () =>
      inLedgerTransaction(session, head, lockTimeout, act, mayCommit, timeouts),
    );
`,
    replacement: `      });
    };
    await withAttempts(session, file, waits, onLine, () =>
      inLedgerTransaction(session, head, lockTimeout, act, mayCommit, timeouts),
    );
    await enter(session, file, performance.now() - since, false);
`,
    wrong:
      'A connection that is lost after the commit leaves a migration applied that the ledger does not have.',
  },
  {
    name: 'changed-migration-accepted',
    file: 'src/database/ledger/order.ts',
    snippet: 'if (file.checksum !== row.checksum) return',
    replacement: "if (file.checksum === '') return",
    wrong: 'A migration that was edited after it was applied is not noticed.',
  },
  {
    name: 'failed-step-not-resumed',
    file: 'src/engine/unfinished.ts',
    snippet: "if (record.type === 'failed') completed.delete(record.step);",
    replacement: "if (record.type === 'failed') completed.add(record.step);",
    wrong: 'A rollout counts as finished although one of its steps failed and was never run again.',
  },
  {
    name: 'modified-file-removed',
    file: 'src/undo/undo-file.ts',
    snippet: 'if (target === undefined) return withoutOurs(files, done, now);',
    replacement: "if (target === undefined) return { is: 'removal', sha256: now };",
    wrong: 'rollback removes a file that the user changed since.',
  },
  {
    name: 'unknown-host-key-accepted',
    file: 'src/adapters/ssh/trust.ts',
    snippet: '    if (!(await ask(question))) throw new ProblemError(hostKeyNotTrusted(target, shown));\n',
    replacement: '    await ask(question);\n',
    wrong: 'A server whose host key is not trusted is logged in to.',
  },
  {
    name: 'revoked-host-key-accepted',
    file: 'src/adapters/ssh/trust.ts',
    snippet:
      "    if (marked.length > 0) return { is: 'revoked', locations: marked.map(({ location }) => location) };\n",
    replacement: '',
    wrong: 'A host key that known_hosts marks as revoked is accepted.',
  },
  {
    name: 'plan-writes-a-file',
    file: 'src/cli/commands/plan.ts',
    snippet: '  tellStarted(parts, open, recorded.unfinished !== null);\n',
    replacement: `  tellStarted(parts, open, recorded.unfinished !== null);
  await (await import('./run.ts')).hideFromGit(open.world);
`,
    wrong: 'plan makes a folder and a file in the workspace.',
  },
  {
    name: 'non-interactive-asks',
    file: 'src/cli/wiring/terminal.ts',
    snippet: 'return !flags.nonInteractive && !flags.json && stdin.isTTY === true && stdout.isTTY === true;',
    replacement: 'return !flags.json && stdin.isTTY === true && stdout.isTTY === true;',
    wrong: 'run --non-interactive opens the wizard in a terminal, and waits for an answer.',
  },
  {
    name: 'problem-without-its-code',
    file: 'src/headless/problem-text.ts',
    snippet: 'problem.code}  ',
    replacement: "''}",
    wrong: 'A problem is shown without its ERP code, so that the reference cannot be searched for it.',
  },
  {
    name: 'event-missing',
    file: 'src/engine/run-step.ts',
    snippet: "    run.emit({ type: 'change.finished', ...place, ...counted });\n",
    replacement: '',
    wrong: 'The event stream tells that a change began, and never that it ended.',
  },
  {
    name: 'repair-drops-rows',
    file: 'src/database/comparison/repair-script.ts',
    snippet: 'options.includeDestructive === true || !losesRows(one)',
    replacement: 'options.includeDestructive !== false || !losesRows(one)',
    wrong: 'Repair SQL drops tables with rows although the operator did not ask for it.',
  },
  {
    name: 'behaviour-always-passes',
    file: 'src/database/behaviour/check-behaviour.ts',
    snippet: 'return notTested === null ? result(false) : { ...result(true), notTested };',
    replacement: 'return notTested === null ? result(true) : { ...result(true), notTested };',
    wrong: 'A foreign key that accepts orphans passes its behaviour test.',
  },
  {
    name: 'argument-not-quoted',
    file: 'src/adapters/ssh/quote.ts',
    snippet: "return words.map(quoteWord).join(' ');",
    replacement: "return words.join(' ');",
    wrong: 'The shell of the production host runs what stands in a file name.',
  },
  {
    name: 'lock-timeout-not-set',
    file: 'src/adapters/postgres-session.ts',
    snippet: "set_config('lock_timeout', '10s', false)",
    replacement: "set_config('lock_timeout', '0', false)",
    wrong: 'A statement that waits for a lock stands in the way of all others without end.',
  },
  {
    name: 'dump-not-read-back',
    file: 'assets/remote/dump.sh',
    usedBy: 'src/argv/dump.ts',
    snippet: `    pg pg_restore --file=/dev/null <"$made.part"\n`,
    replacement: '',
    wrong: 'A dump that is cut off counts as one, and the migration that it is for goes on.',
  },
  {
    name: 'rule-behind-the-catch-all',
    file: 'src/tunnel/ingress/route.ts',
    snippet: "if (catchesAll(rule)) return { is: 'absent', before: first };",
    replacement: "if (catchesAll(rule)) return { is: 'absent', before: first + 1 };",
    wrong: 'The rule of the route is put behind the catch-all, and cloudflared refuses the file.',
  },
  {
    name: 'edited-section-overwritten',
    file: 'src/documents/section-file.ts',
    snippet: "if (section.state === 'found' && section.intact) return null;",
    replacement: "if (section.state === 'found') return null;",
    wrong: 'A section of a document that the user edited is replaced without approval.',
  },
];
