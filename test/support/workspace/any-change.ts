import fc from 'fast-check';
import type { Change, ContentPart, PathBefore } from '../../../src/domain/change.ts';
import { Secret } from '../../../src/domain/secret.ts';

const path = fc.constantFrom('.env', 'compose.yml', 'a b/c.sql', "it's");
const hash = fc.constantFrom('aa', 'bb');
const file = hash.map((sha256) => ({ state: 'file', sha256 }) as const);
const before: fc.Arbitrary<PathBefore> = fc.oneof(fc.constant({ state: 'absent' } as const), file);
const mode = fc.constantFrom(0o600, 0o644);
const argv = fc.tuple(
  fc.constantFrom('docker', 'git'),
  fc.constantFrom('up', 'two words'),
) satisfies fc.Arbitrary<[string, ...string[]]>;
const database = fc.constantFrom('embedded', 'docker', 'production');
const migration = fc.record({
  name: fc.constantFrom('001.sql', '002.sql'),
  text: fc.constantFrom('select 1;', 'select 2;'),
  checksum: hash,
  mode: fc.constant('transaction' as const),
});

/** Text with a secret part, whose value is `secret`. */
function contentWith(secret: fc.Arbitrary<string>): fc.Arbitrary<readonly ContentPart[]> {
  return fc.array(
    fc.oneof(
      fc.constantFrom<ContentPart>('A=1\n', 'B='),
      secret.map((value) => new Secret(value)),
      fc.constant<ContentPart>({ generateBytes: 32 }),
    ),
    { maxLength: 4 },
  );
}

/** Every kind of change, from few values, so that equal ones occur. */
export function anyChange(secret: fc.Arbitrary<string> = fc.constant('s')): fc.Arbitrary<Change> {
  const entry = fc.oneof(
    fc.constant({ type: 'directory' } as const),
    mode.map((value) => ({ type: 'mode', mode: value }) as const),
    fc.record({
      type: fc.constant('file' as const),
      mode,
      content: contentWith(secret),
      confidential: fc.boolean(),
      diff: fc.constant(['+B=<redacted>']),
    }),
  );
  const operation = fc.oneof(
    fc.constant({ type: 'initialise' } as const),
    migration.map((one) => ({ type: 'migrate', file: one }) as const),
    fc.array(migration, { maxLength: 2 }).map((files) => ({ type: 'adopt', files }) as const),
  );
  return fc.oneof(
    fc.record({ kind: fc.constant('write' as const), path, entry, before }),
    fc.record({ kind: fc.constant('move' as const), from: path, to: path, before: file }),
    fc.record({
      kind: fc.constant('command' as const),
      host: fc.constantFrom('here' as const, 'production' as const),
      argv,
      cwd: fc.constantFrom('.', 'services'),
      onlyIf: fc.option(fc.record({ argv })),
      observable: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('sql' as const),
      database,
      operation,
      before: fc.record({ head: fc.option(fc.constantFrom('001.sql', '002.sql')) }),
    }),
    fc.record({
      kind: fc.constant('request' as const),
      method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
      url: fc.constantFrom('https://example.org/a', 'https://example.org/b'),
      body: fc.constantFrom('{}', '{"a":1}'),
      before: fc.option(fc.record({ url: fc.constant('https://example.org/a'), etag: hash })),
      observable: fc.boolean(),
    }),
  );
}
