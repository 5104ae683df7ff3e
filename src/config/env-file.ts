import { Secret } from '../domain/secret.ts';
import { scanEnvText } from './env-lines.ts';
import { type EnvFault, type ReadValue, readEnvValue, type ValueFault } from './env-value.ts';

export interface EnvEntry {
  readonly key: string;
  /** From 1. */
  readonly line: number;
  /** Only for a needed key whose value all readers parse alike. */
  readonly value?: Secret;
}

export interface EnvFile {
  /** Every assignment, in the order of the file. */
  readonly entries: readonly EnvEntry[];
  readonly faults: readonly EnvFault[];
}

/**
 * Parses the `.env` of docker compose. The lines of the needed keys must mean the same to compose v1, compose v2 and a
 * POSIX shell. Other lines have a fault only if a reader could not parse the lines after them.
 */
export function parseEnvFile(text: string, needed: readonly string[]): EnvFile {
  const { assignments, faults: broken } = scanEnvText(text);
  const faults: EnvFault[] = [...broken];
  const firstLine = new Map<string, number>();
  const entries = assignments.map((assignment): EnvEntry => {
    const { key, line } = assignment;
    // A line whose end is ambiguous has a fault already.
    if (!needed.includes(key) || assignment.raw === undefined) return { key, line };
    const earlier = firstLine.get(key);
    firstLine.set(key, earlier ?? line);
    const read =
      earlier === undefined ? readAssignment(assignment.before, assignment.raw) : repeated(earlier);
    if ('value' in read) return { key, line, value: new Secret(read.value) };
    faults.push({ line, key, ...read });
    return { key, line };
  });
  return { entries, faults: faults.sort((one, other) => one.line - other.line) };
}

function readAssignment(before: string, raw: string): ReadValue {
  if (before.includes('export')) return { reason: 'export before the key', fix: 'remove it' };
  if (/\s=/.test(before)) return { reason: 'a blank before =', fix: 'remove it' };
  if (/=\s/.test(before)) return { reason: 'a blank after =', fix: 'remove it' };
  if (raw.endsWith('\r')) {
    return {
      reason: 'a Windows line end, which a shell reads as part of the value',
      fix: 'save it with LF',
    };
  }
  return readEnvValue(raw);
}

const repeated = (earlier: number): ValueFault => ({
  reason: `the key is on line ${earlier} already`,
  fix: 'keep one of the lines',
});

/** Returns the required keys that no line assigns. A key whose line has a fault is not missing. */
export function missingKeys(entries: readonly EnvEntry[], required: readonly string[]): string[] {
  return required.filter((key) => !entries.some((entry) => entry.key === key));
}

/** PostgREST rejects a shorter secret for HS256. Source: https://docs.postgrest.org/en/stable/references/auth.html */
const minimumSecretBytes: Readonly<Record<string, number>> = { POSTGREST_JWT_SECRET: 32 };

/** Returns faults for values that are empty or shorter than their key needs. */
export function weakValues(entries: readonly EnvEntry[]): EnvFault[] {
  return entries.flatMap(({ key, line, value }) => {
    const bytes = value === undefined ? undefined : Buffer.byteLength(value.reveal());
    const least = minimumSecretBytes[key] ?? 1;
    if (bytes === undefined || bytes >= least) return [];
    const reason = bytes === 0 ? 'the value is empty' : `the value is shorter than ${least} bytes`;
    return [{ line, key, reason, fix: `set a random value of at least ${Math.max(least, 16)} bytes` }];
  });
}
