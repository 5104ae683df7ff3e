import { compose } from '../argv/compose.ts';
import { type EnvEdits, editedEnv } from '../config/env-edit.ts';
import { parseEnvFile } from '../config/env-file.ts';
import type { Change } from '../domain/change.ts';
import type { RandomBytes } from '../domain/ports/system.ts';
import { ProblemError } from '../domain/problem.ts';
import { generateSecret, Secret } from '../domain/secret.ts';
import type { ContainerTarget } from '../targets/target.ts';
import { requireTools } from './database-container.ts';
import { noEnv, notProven } from './rotation-problems.ts';
import { command } from './service-changes.ts';
import { serviceState } from './service-state.ts';
import { projectOf } from './stack.ts';
import { untilHealthy } from './until-healthy.ts';

/** What a rotation works with. */
export interface RotationParts {
  readonly target: ContainerTarget;
  /** Name of the database. */
  readonly database: string;
  readonly randomBytes: RandomBytes;
  readonly signal: AbortSignal;
  /** Applies one change, recorded in the journal. */
  apply(change: Change): Promise<void>;
  say(text: string): void;
}

/** Keys of `.env` that exist only during a rotation. */
export const temporaryKeys = {
  service: 'ERP_SERVICE_PASSWORD_PENDING',
  postgrest: 'POSTGREST_DB_PASSWORD_PENDING',
  jwt: 'POSTGREST_JWT_SECRET_PENDING',
  oldJwt: 'POSTGREST_JWT_SECRET_OLD',
} as const;

const keys = ['POSTGREST_DB_PASSWORD', 'POSTGREST_JWT_SECRET', ...Object.values(temporaryKeys)] as const;
export type EnvKey = (typeof keys)[number];

type ReadFrom = Pick<RotationParts, 'target'>;

const envPath = ({ target: { stack } }: ReadFrom) => (stack.folder === '.' ? '.env' : `${stack.folder}/.env`);

/** Returns the values in `.env` that rotations are about. @throws ProblemError if it does not exist */
export async function envValues(parts: ReadFrom): Promise<ReadonlyMap<EnvKey, Secret>> {
  const { host } = parts.target.stack;
  const path = envPath(parts);
  if ((await host.files.inspect(path)).type !== 'file') throw new ProblemError(noEnv(path, host.name));
  const { entries } = parseEnvFile(await host.files.read(path), keys);
  const found = keys.flatMap((key): (readonly [EnvKey, Secret])[] => {
    const value = entries.find((entry) => entry.key === key)?.value;
    return value === undefined ? [] : [[key, value]];
  });
  return new Map(found);
}

/** Writes values into `.env`, as a whole, flushed. Only the names of the keys are shown and recorded. */
export async function writeEnv(
  parts: RotationParts,
  edits: Partial<Record<EnvKey, Secret | null>>,
): Promise<void> {
  const { host } = parts.target.stack;
  const path = envPath(parts);
  const revealed = Object.entries(edits).map(([key, value]) => [key, value?.reveal() ?? null]);
  const text = editedEnv(await host.files.read(path), Object.fromEntries(revealed) satisfies EnvEdits);
  await parts.apply({
    kind: 'write',
    ...(host.id === 'here' ? {} : { host: host.id }),
    path,
    entry: {
      type: 'file',
      mode: 0o600,
      content: [new Secret(text)],
      confidential: true,
      diff: Object.entries(edits).map(([key, value]) => (value === null ? `-${key}` : `+${key}=<generated>`)),
    },
    before: { state: 'file', sha256: await host.files.hash(path) },
  });
}

/** Returns the new value of an interrupted rotation, or generates one and writes it under its temporary key. */
export async function pendingValue(parts: RotationParts, key: EnvKey): Promise<Secret> {
  const stored = (await envValues(parts)).get(key);
  if (stored !== undefined) {
    parts.say(`resuming an interrupted rotation: ${key} is in .env`);
    return stored;
  }
  const value = generateSecret(parts.randomBytes);
  await writeEnv(parts, { [key]: value });
  return value;
}

/** Recreates the API's container if `.env` has other values than those that it was created with, and waits for it. */
export async function restartApi(parts: RotationParts): Promise<void> {
  const { target, signal, say } = parts;
  const { stack } = target;
  stack.host.forget?.();
  const tools = await requireTools(stack, signal);
  const state = await serviceState(stack, tools, stack.containers.api, signal);
  if (state.is === 'outdated' || state.is === 'stopped' || state.is === 'absent') {
    const up = compose.up(tools.compose, projectOf(stack), stack.containers.api.key);
    await parts.apply(
      command(stack, up, { summary: `recreate ${stack.containers.api.name} with the new value` }).change,
    );
  }
  const container = await untilHealthy(stack, stack.containers.api, signal, () => undefined);
  if (container === null) throw new ProblemError(notProven(`${stack.containers.api.name} was not created`));
  say(`${stack.containers.api.name} runs with the values of .env, and is healthy`);
}
