import type { Fault } from './fault.ts';

/**
 * Each fault reverts a fix against hostile input, peers or surroundings. Decision 72 lists them, each with the test
 * file that has to find it; only this file is run.
 */
export const hostileFaults: readonly (Fault & { readonly foundBy: string })[] = [
  {
    name: '1-other-namespace-is-gone',
    file: 'src/adapters/process-table.ts',
    snippet: `if (self.pidNamespace == null || owner.pidNamespace !== shorten(self.pidNamespace)) return 'unknown';`,
    replacement: `if (self.pidNamespace == null || owner.pidNamespace !== shorten(self.pidNamespace)) return 'gone';`,
    wrong: 'A run takes over the lock of a live process in another PID namespace.',
    foundBy: 'test/adapters/process-table.test.ts',
  },
  {
    name: '1-invisible-holder-is-gone',
    file: 'src/engine/lock-decisions.ts',
    snippet: `return holder === null || holder === 'gone' || isForced;`,
    replacement: `return holder !== 'running' || isForced;`,
    wrong: 'A holder that is not visible counts as gone.',
    foundBy: 'test/engine/lock.test.ts',
  },
  {
    name: '2-write-error-not-handled',
    file: 'src/cli/wiring/signals.ts',
    snippet: `  process.stdout.on('error', writeFailed);
`,
    replacement: '',
    wrong: 'A full disk below stdout ends a run with a stack and exit code 1.',
    foundBy: 'test/e2e/output-lost.test.ts',
  },
  {
    name: '3-webhook-with-password-accepted',
    file: 'src/config/webhook-url.ts',
    snippet: `return url.username === '' && url.password === '' ? null : 'it contains a user name or a password';`,
    replacement: 'return null;',
    wrong: 'fetch() refuses the URL of a webhook with its password in the message.',
    foundBy: 'test/config/webhook-url.test.ts',
  },
  {
    name: '3-long-secret-breaks-redaction',
    file: 'src/domain/secret.ts',
    snippet: `  if (form.length >= unmistakable || !/^[\\w-]+$/.test(form)) return form;
`,
    replacement: '',
    wrong: 'A secret of 100,000 characters is shown by the error about its expression.',
    foundBy: 'test/domain/secret.test.ts',
  },
  {
    name: '4-unreadable-configuration-is-empty',
    file: 'src/cli/wiring/configuration.ts',
    snippet: '    throw new ProblemError(unreadable(path, full, reasonFor(node, error)), { cause: error });',
    replacement: `    return '';`,
    wrong: 'With a folder in place of the configuration, production and skipped steps are ignored.',
    foundBy: 'test/cli/wiring/configuration.test.ts',
  },
  {
    name: '5-text-crosses-the-border-raw',
    file: 'src/domain/border.ts',
    snippet: '? visibleLines(shown) : visible(shown);',
    replacement: '? shown : shown;',
    wrong: 'A message of a server controls the terminal, and adds lines to the output.',
    foundBy: 'test/headless/hostile-text.test.ts',
  },
  {
    name: '5-wizard-draws-raw-text',
    file: 'src/engine/reporter.ts',
    snippet: 'this.#frontEnd.ask(atBorder(this.#phrasing.asked(this.#withFields(question))), signal),',
    replacement: 'this.#frontEnd.ask(this.#phrasing.asked(this.#withFields(question)), signal),',
    wrong: 'A question of the wizard hides characters that a server sent.',
    foundBy: 'test/screens/hostile-text.test.ts',
  },
  {
    name: '6-signal-does-not-end-a-wait',
    file: 'src/engine/until-stopped.ts',
    snippet: `    if (signal.aborted) wait(0);
    else signal.addEventListener('abort', () => wait(0), { once: true, signal: ended.signal });
`,
    replacement: `    wait(Number.NEGATIVE_INFINITY);
`,
    wrong: 'A signal does not end a check of a server that never answers.',
    foundBy: 'test/peers/postgres.test.ts',
  },
  {
    name: '6-silent-server-never-given-up',
    file: 'src/adapters/postgres-liveness.ts',
    snippet: `      if (failed >= failures) watched.giveUp();
      else again(silence);`,
    replacement: '      again(silence);',
    wrong: 'A server that stopped answering is waited for without end.',
    foundBy: 'test/peers/postgres.test.ts',
  },
  {
    name: '7-name-leaves-its-diagram',
    file: 'src/documents/er-diagram.ts',
    snippet:
      'const plain = /direction\\s/i.test(text) ? /[^\\p{L}\\p{N}_.,()-]/gu : /[^\\p{L}\\p{N}_.,() -]/gu;',
    replacement: 'const plain = /"/g;',
    wrong: 'A table whose name contains a fence ends the diagram, and the section of the document.',
    foundBy: 'test/documents/hostile-names.test.ts',
  },
  {
    name: '8-user-without-entry-is-a-bug',
    file: 'src/adapters/own-user.ts',
    snippet: `    const uid = process.getuid?.() ?? -1;
`,
    replacement: `    const { uid } = userInfo();
`,
    wrong: 'A user id without an entry in the password database ends with exit code 1.',
    foundBy: 'test/e2e/odd-surroundings.test.ts',
  },
  {
    name: '9-authorities-not-checked',
    file: 'src/cli/wiring/database-target.ts',
    snippet: `  if (authorities !== undefined) await assertReadable(parts, resolve(cwd, authorities));
`,
    replacement: `  if (authorities === null) await assertReadable(parts, resolve(cwd, authorities));
`,
    wrong: 'A missing file of sslrootcert is found only when the connection fails.',
    foundBy: 'test/e2e/odd-surroundings.test.ts',
  },
  {
    name: '10-quadratic-expression',
    file: 'src/documents/markdown.ts',
    snippet: '(?<![\\w.+-])[\\w.+-]{1,64}@',
    replacement: '[\\w.+-]+@',
    wrong: 'A long comment of a column keeps docs busy for minutes.',
    foundBy: 'test/fuzz/growth.test.ts',
  },
  {
    name: '11-path-leaves-the-workspace',
    file: 'src/undo/undo-steps.ts',
    snippet: 'if (!(await files.isInside(path))) throw new ProblemError(outside(path));',
    replacement: 'if (path === null && files === null) throw new ProblemError(outside(path));',
    wrong: 'A journal of another machine removes and overwrites files anywhere.',
    foundBy: 'test/undo/undo-confined.test.ts',
  },
  {
    name: '12-pipe-read-as-a-file',
    file: 'src/adapters/read-bytes.ts',
    snippet: `    if (!found.isFile()) throw new FileFault('read', shown, 'EINVAL');
    if (found.size`,
    replacement: '    if (found.size',
    wrong: 'A pipe in place of a file is read.',
    foundBy: 'test/adapters/read-bytes.test.ts',
  },
  {
    name: '13-message-of-any-length',
    file: 'src/adapters/postgres-guard.ts',
    snippet: 'if (length < 4 || length > limit)',
    replacement: 'if (length < 4)',
    wrong: 'A server makes the program collect 2 GiB.',
    foundBy: 'test/peers/postgres.test.ts',
  },
  {
    name: '14-superuser-allowed',
    file: 'src/database/role-bounds.ts',
    snippet: `('SUPERUSER', rolsuper), `,
    replacement: '',
    wrong: 'A migration makes the role of anonymous requests a superuser.',
    foundBy: 'test/database/role-bounds.test.ts',
  },
  {
    name: '15-file-of-any-size',
    file: 'src/adapters/read-bytes.ts',
    snippet: `    if (found.size > most) throw new FileFault('read', shown, 'EFBIG');
`,
    replacement: '',
    wrong: 'A file of 700 MB is read into memory.',
    foundBy: 'test/adapters/read-bytes.test.ts',
  },
  {
    name: '16-password-in-an-argument',
    file: 'src/domain/credentials.ts',
    snippet: 'colon < to - 1 ? { from, to } : null',
    replacement: 'colon < 0 ? { from, to } : null',
    wrong: 'An error quotes the password of a URL in the wrong argument.',
    foundBy: 'test/domain/credentials.test.ts',
  },
  {
    name: '17-encoded-parameter-missed',
    file: 'src/domain/credentials.ts',
    snippet: 'secretParameters.has((decodedPart(name) ?? name).toLowerCase())',
    replacement: 'secretParameters.has(name.toLowerCase())',
    wrong: 'A password behind ?p%61ssword= is shown.',
    foundBy: 'test/domain/credentials.test.ts',
  },
  {
    name: '18-number-without-successor',
    file: 'src/engine/lock.ts',
    snippet: `  if (last !== undefined && last.number >= Number.MAX_SAFE_INTEGER) throw new ProblemError(unreadable());
`,
    replacement: '',
    wrong: 'A lock entry named 2^53 is an endless loop.',
    foundBy: 'test/engine/lock.test.ts',
  },
  {
    name: '18-bytes-cut-as-text',
    file: 'src/engine/journal-text.ts',
    snippet: `const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });`,
    replacement: `const decoder = new TextDecoder('utf-8', { ignoreBOM: true });`,
    wrong: 'A line of the journal that is not UTF-8 is read as another text.',
    foundBy: 'test/engine/journal-text.test.ts',
  },
  {
    name: '18-secrets-in-an-open-folder',
    file: 'src/adapters/files.ts',
    snippet: '? 0o700 : 0o755;',
    replacement: '? 0o755 : 0o755;',
    wrong: 'Other users can list a folder with secrets.',
    foundBy: 'test/adapters/files.test.ts',
  },
  {
    name: '19-deep-expression-is-a-bug',
    file: 'src/database/sql/parse-sql.ts',
    snippet:
      "return error instanceof RangeError || (error instanceof Error && error.name === 'RuntimeError');",
    replacement: 'return error === undefined;',
    wrong: 'An expression of 20,000 terms ends with exit code 1.',
    foundBy: 'test/database/migration-rules/too-deep.test.ts',
  },
  {
    name: '19-aliases-without-end-are-a-bug',
    file: 'src/containers/compose/read-compose.ts',
    snippet: 'if (error instanceof ReferenceError || error instanceof RangeError) return true;',
    replacement: '',
    wrong: 'An alias of a compose file that has no anchor, or never ends, ends with exit code 1.',
    foundBy: 'test/containers/compose/read-compose.test.ts',
  },
  {
    name: '20-no-notices',
    file: 'scripts/bundle.ts',
    snippet: 'thirdPartyNotices(Object.keys(metafile.inputs))',
    replacement: `''`,
    wrong: 'The package has no licence texts of the bundled libraries.',
    foundBy: 'test/e2e/packed.test.ts',
  },
  {
    name: '21-children-inherit-secrets',
    file: 'src/adapters/child-environment.ts',
    snippet: '(name, value) => secret.test(name) || (secretUrl',
    replacement: "(name, value) => name === '' || (secretUrl",
    wrong: 'Other programs inherit the passwords in the environment.',
    foundBy: 'test/adapters/child-environment.test.ts',
  },
  {
    name: '22-inspector-opens',
    file: 'bin/erp-deploy.js',
    snippet: `process.on('SIGUSR1', () => undefined);
`,
    replacement: '',
    wrong: 'SIGUSR1 opens an inspector, which shows every local user the secrets.',
    foundBy: 'test/e2e/odd-surroundings.test.ts',
  },
  {
    name: '23-parameter-twice',
    file: 'src/config/database-url.ts',
    snippet: `    if (parameters.has(name)) return fault('it has a parameter twice', 'write each parameter once');
`,
    replacement: '',
    wrong: 'A second sslmode in a URL turns off the first.',
    foundBy: 'test/config/database-target.test.ts',
  },
  {
    name: '24-channel-binding-ignored',
    file: 'src/config/database-target.ts',
    snippet: `  if (binding === 'require') return`,
    replacement: `  if (binding === '') return`,
    wrong: 'channel_binding=require is not enforced.',
    foundBy: 'test/config/database-target.test.ts',
  },
  {
    name: '25-session-user-not-restored',
    file: 'src/database/ledger/transaction.ts',
    snippet: `    if session_user <> current_setting('erp_deploy.session_user') then`,
    replacement: '    if false then',
    wrong: 'SET SESSION AUTHORIZATION in a migration stops the embedded engine.',
    foundBy: 'test/database/expected/expected-catalogs.test.ts',
  },
  {
    name: '26-password-in-clear-text',
    file: 'src/adapters/postgres-guard.ts',
    snippet: `  if (isPrivate) return;
`,
    replacement: `  if (isPrivate || !isPrivate) return;
`,
    wrong: 'A server gets the password in clear text without TLS.',
    foundBy: 'test/peers/postgres.test.ts',
  },
  {
    name: '27-xml-of-quadratic-time',
    file: 'src/adapters/s3-fetch.ts',
    snippet: "plainXml(text) ?? ''",
    replacement: 'text',
    wrong: 'A bucket blocks the program for minutes, in which no signal is served.',
    foundBy: 'test/adapters/s3-store.test.ts',
  },
  {
    name: '28-network-of-a-bucket-is-a-bug',
    file: 'src/adapters/s3-store.ts',
    snippet: `  if (error instanceof NoS3Answer) return error.message;
`,
    replacement: '',
    wrong: 'A certificate of a bucket that is not trusted ends with exit code 1.',
    foundBy: 'test/adapters/s3-store.test.ts',
  },
  {
    name: '29-drill-follows-a-link',
    file: 'src/cli/commands/restore-drill.ts',
    snippet: '  if (!(await own.isInside(basename(folder)))) throw',
    replacement: `  if (await own.isInside('..')) throw`,
    wrong: 'A link in place of the folder of a drill has it remove the files of another.',
    foundBy: 'test/e2e/drill-folder.test.ts',
  },
  {
    name: '30-backup-of-no-time',
    file: 'src/dumps/backup-manifest.ts',
    snippet: '    .filter(isBackupName)\n',
    replacement: '',
    wrong: 'A file 99999999T999999Z.json hides that backups are missed.',
    foundBy: 'test/dumps/backup-manifest.test.ts',
  },
  {
    name: '31-copy-in-a-pipe',
    file: 'src/adapters/read-bytes.ts',
    snippet: `    if (!found.isFile()) throw new FileFault('read', shown, 'EINVAL');
    const chunks`,
    replacement: '    const chunks',
    wrong: 'A pipe or a device in place of a copy is read.',
    foundBy: 'test/adapters/folder-store.test.ts',
  },
  {
    name: '32-exit-waits-for-a-name-server',
    file: 'src/adapters/pending-lookup.ts',
    snippet: '    process.kill(process.pid, signal);\n',
    replacement: '',
    wrong: 'While no name server answers, one signal takes as long as the lookup.',
    foundBy: 'test/e2e/one-signal.test.ts',
  },
];
