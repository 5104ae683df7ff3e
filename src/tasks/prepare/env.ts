import { missingKeys, parseEnvFile, weakValues } from '../../config/env-file.ts';
import type { ContentPart, PlannedChange } from '../../domain/change.ts';
import { FileFault } from '../../domain/ports.ts';
import type { Problem } from '../../domain/problem.ts';
import { Secret } from '../../domain/secret.ts';
import type { Finding } from '../../domain/step.ts';
import type { Context } from '../context.ts';
import { layout } from '../layout.ts';
import { databaseWithoutEnv, envUnsound } from './env-problems.ts';

/** The secrets of the stack; PostgREST logs in with the last one. */
const requiredKeys = ['POSTGRES_PASSWORD', 'POSTGREST_JWT_SECRET', 'POSTGREST_DB_PASSWORD'] as const;
/** Readable by its owner alone. */
const envMode = 0o600;
/** 43 characters in base64url; HS256 wants at least 32 bytes of key. */
const secretBytes = 32;

/** What must be mended by a person before the `.env` can be used, or made; null where nothing must. */
export async function envProblem(context: Context): Promise<Problem | null> {
  const text = await envText(context);
  if (text === null) return (await holdsDatabase(context)) ? databaseWithoutEnv() : null;
  const { entries, faults } = parseEnvFile(text, requiredKeys);
  const all = [...faults, ...weakValues(entries)];
  return all.length === 0 ? null : envUnsound(all);
}

export async function envFindings(context: Context): Promise<readonly Finding[]> {
  const text = await envText(context);
  if (text === null) return [{ what: layout.env, wanted: 'a file with three secrets', found: 'not there' }];
  const lacking = keysMissing(text).map((key) => ({
    what: `${layout.env} ${key}`,
    wanted: 'a value',
    found: 'no such key',
  }));
  const mode = await modeOf(context);
  return mode === envMode
    ? lacking
    : [...lacking, { what: layout.env, wanted: 'mode 600', found: `mode ${mode.toString(8)}` }];
}

/** What is there stays, byte for byte; missing keys come behind it with generated values. */
export async function envChanges(context: Context): Promise<readonly PlannedChange[]> {
  const text = await envText(context);
  if (text === null) return [writeOf([], requiredKeys, { state: 'absent' })];
  const before = { state: 'file', sha256: await context.files.hash(layout.env) } as const;
  const lacking = keysMissing(text);
  if (lacking.length > 0) return [writeOf([new Secret(text), ...lineEnd(text)], lacking, before)];
  if ((await modeOf(context)) === envMode) return [];
  return [
    {
      status: 'exact',
      change: { kind: 'write', path: layout.env, entry: { type: 'mode', mode: envMode }, before },
    },
  ];
}

function writeOf(
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
  return { status: 'exact', change: { kind: 'write', path: layout.env, entry, before } };
}

function lineEnd(text: string): readonly string[] {
  return text === '' || text.endsWith('\n') ? [] : ['\n'];
}

function keysMissing(text: string): readonly string[] {
  return missingKeys(parseEnvFile(text, requiredKeys).entries, requiredKeys);
}

async function envText({ files }: Context): Promise<string | null> {
  return (await files.look(layout.env)).type === 'file' ? files.read(layout.env) : null;
}

async function modeOf({ files }: Context): Promise<number> {
  const node = await files.look(layout.env);
  return node.type === 'file' ? node.mode & 0o777 : 0;
}

/** The official image makes the folder its own, mode 0700: one that cannot be read holds a database. */
async function holdsDatabase({ files }: Context): Promise<boolean> {
  try {
    return (await files.list(layout.data)).length > 0;
  } catch (error) {
    if (error instanceof FileFault && error.errno === 'EACCES') return true;
    throw error;
  }
}
