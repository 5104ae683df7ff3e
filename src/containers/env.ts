import { missingKeys, parseEnvFile, weakValues } from '../config/env-file.ts';
import { exact } from '../domain/build-change.ts';
import type { ContentPart, PlannedChange } from '../domain/change.ts';
import { FileFault } from '../domain/ports/files.ts';
import type { Problem } from '../domain/problem.ts';
import { Secret } from '../domain/secret.ts';
import type { Finding } from '../domain/step.ts';
import type { Location } from '../targets/target.ts';
import { databaseWithoutEnv, envInvalid } from './env-problems.ts';
import { secretKeys as requiredKeys } from './stack.ts';

/** Readable only by its owner. */
const envMode = 0o600;
/** 43 characters in base64url; HS256 needs a key of at least 32 bytes. */
const secretBytes = 32;

const beside = ({ folder }: Location, name: string) => (folder === '.' ? name : `${folder}/${name}`);
const envOf = (location: Location) => beside(location, '.env');

/** Returns what the operator must fix before the `.env` can be used or created; null if nothing. */
export async function envProblem(location: Location): Promise<Problem | null> {
  const text = await envText(location);
  if (text === null)
    return (await holdsDatabase(location))
      ? databaseWithoutEnv(envOf(location), beside(location, 'data'))
      : null;
  const { entries, faults } = parseEnvFile(text, requiredKeys);
  const all = [...faults, ...weakValues(entries)];
  return all.length === 0 ? null : envInvalid(envOf(location), all);
}

/** Returns whether the `.env` has every secret that the compose file needs. */
export async function hasAllKeys(location: Location): Promise<boolean> {
  const text = await envText(location);
  return text !== null && keysMissing(text).length === 0;
}

export async function envFindings(location: Location): Promise<readonly Finding[]> {
  const text = await envText(location);
  if (text === null)
    return [{ what: envOf(location), expected: 'a file with three secrets', actual: 'missing' }];
  const lacking = keysMissing(text).map((key) => ({
    what: `${envOf(location)} ${key}`,
    expected: 'a value',
    actual: 'no such key',
  }));
  const mode = await modeOf(location);
  return mode === envMode
    ? lacking
    : [...lacking, { what: envOf(location), expected: 'mode 600', actual: `mode ${mode.toString(8)}` }];
}

/** Returns the changes that append missing keys with generated values; every existing byte stays. */
export async function envChanges(location: Location): Promise<readonly PlannedChange[]> {
  const text = await envText(location);
  if (text === null) return [writeOf(location, [], requiredKeys, { state: 'absent' })];
  const before = { state: 'file', sha256: await location.files.hash(envOf(location)) } as const;
  const lacking = keysMissing(text);
  if (lacking.length > 0) return [writeOf(location, [new Secret(text), ...lineEnd(text)], lacking, before)];
  if ((await modeOf(location)) === envMode) return [];
  return [
    exact({
      kind: 'write',
      ...hostIn(location),
      path: envOf(location),
      entry: { type: 'mode', mode: envMode },
      before,
    }),
  ];
}

const hostIn = ({ host }: Location) => (host === undefined ? {} : { host });

function writeOf(
  location: Location,
  kept: readonly ContentPart[],
  keys: readonly string[],
  before: { readonly state: 'absent' } | { readonly state: 'file'; readonly sha256: string },
): PlannedChange {
  const added = keys.flatMap((key): ContentPart[] => [`${key}=`, { generateBytes: secretBytes }, '\n']);
  const entry = {
    type: 'file',
    mode: envMode,
    content: [...kept, ...added],
    confidential: true,
    diff: keys.map((key) => `+${key}=<generated>`),
  } as const;
  return exact({ kind: 'write', ...hostIn(location), path: envOf(location), entry, before });
}

function lineEnd(text: string): readonly string[] {
  return text === '' || text.endsWith('\n') ? [] : ['\n'];
}

function keysMissing(text: string): readonly string[] {
  return missingKeys(parseEnvFile(text, requiredKeys).entries, requiredKeys);
}

async function envText(location: Location): Promise<string | null> {
  const path = envOf(location);
  return (await location.files.inspect(path)).type === 'file' ? location.files.read(path) : null;
}

async function modeOf(location: Location): Promise<number> {
  const node = await location.files.inspect(envOf(location));
  return node.type === 'file' ? node.mode & 0o777 : 0;
}

/** The official image takes ownership of the folder, with mode 0700: one that cannot be read contains a database. */
export async function holdsDatabase(location: Location): Promise<boolean> {
  try {
    return (await location.files.list(beside(location, 'data'))).length > 0;
  } catch (error) {
    if (error instanceof FileFault && error.errno === 'EACCES') return true;
    throw error;
  }
}
