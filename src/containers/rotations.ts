import { signedToken } from '../config/api-token.ts';
import { keySet, keysIn } from '../config/jwt-keys.ts';
import { authenticator } from '../database/authenticator.ts';
import { ledgerHead } from '../database/ledger/ledger.ts';
import { readonly, readonlyPassword } from '../database/readonly.ts';
import { sqlChange } from '../domain/build-change.ts';
import { pause } from '../domain/pause.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Secret } from '../domain/secret.ts';
import { DatabaseError } from '../domain/session.ts';
import { containerNamed } from './container.ts';
import { clockAhead } from './host-clock.ts';
import { databaseAddress } from './log-in.ts';
import {
  envValues,
  pendingValue,
  type RotationParts,
  restartApi,
  temporaryKeys,
  writeEnv,
} from './rotation.ts';
import { noEnv, nothingToFinish, notProven, overlapIsOpen } from './rotation-problems.ts';

/** The role that services log in as, directly at the database. */
export const serviceRole = 'erp_service';

/**
 * Sets the password of erp_service.
 * @param handOver prints it or writes it to a file; called before `.env` forgets it
 */
export async function rotateService(
  parts: RotationParts,
  handOver: (password: Secret) => Promise<void>,
): Promise<void> {
  const password = await pendingValue(parts, temporaryKeys.service);
  await inDatabase(parts, { type: 'service-password', password });
  await assertLogin(parts, serviceRole, password);
  await handOver(password);
  await writeEnv(parts, { [temporaryKeys.service]: null });
}

/** Rotates the passwords of PostgREST's login and of erp_readonly, which is derived from it. */
export async function rotatePostgrest(parts: RotationParts): Promise<void> {
  const password = await pendingValue(parts, temporaryKeys.postgrest);
  await inDatabase(parts, { type: 'authenticator', password });
  const current = (await envValues(parts)).get('POSTGREST_DB_PASSWORD');
  if (current?.reveal() !== password.reveal()) await writeEnv(parts, { POSTGREST_DB_PASSWORD: password });
  await restartApi(parts);
  await assertLogin(parts, authenticator, password);
  await assertLogin(parts, readonly, readonlyPassword(password));
  await writeEnv(parts, { [temporaryKeys.postgrest]: null });
}

/** Puts a new key before the current one; both are accepted until the rotation is finished. */
export async function beginJwt(parts: RotationParts): Promise<void> {
  const before = keysIn(await currentKey(parts));
  const isPending = (await envValues(parts)).has(temporaryKeys.jwt);
  if (before.length > 1 && !isPending) throw new ProblemError(overlapIsOpen);
  const key = await pendingValue(parts, temporaryKeys.jwt);
  const [first] = before;
  if (first.reveal() !== key.reveal()) await writeEnv(parts, { POSTGREST_JWT_SECRET: keySet([key, first]) });
  await restartApi(parts);
  for (const one of keysIn(await currentKey(parts))) await assertAnswers(parts, one, 200);
  await writeEnv(parts, { [temporaryKeys.jwt]: null });
  parts.say('tokens of the new and the old key are accepted; credentials jwt --finish ends that');
}

/**
 * Leaves one key only, and checks that a token of the old one is refused.
 * @param isCompromised whether a new key replaces the current ones at once
 */
export async function finishJwt(parts: RotationParts, isCompromised: boolean): Promise<void> {
  const stored = (await envValues(parts)).get(temporaryKeys.oldJwt);
  const current = keysIn(await currentKey(parts));
  if (stored === undefined) await leaveOneKey(parts, current, isCompromised);
  else parts.say(`resuming an interrupted rotation: ${temporaryKeys.oldJwt} is in .env`);
  await restartApi(parts);
  const values = await envValues(parts);
  await assertAnswers(parts, await currentKey(parts), 200);
  const old = values.get(temporaryKeys.oldJwt);
  for (const one of old === undefined ? [] : keysIn(old)) await assertAnswers(parts, one, 401);
  await writeEnv(parts, { [temporaryKeys.oldJwt]: null, [temporaryKeys.jwt]: null });
  parts.say('a token of the new key is accepted, one of the old key is refused');
}

async function leaveOneKey(
  parts: RotationParts,
  current: readonly [Secret, ...Secret[]],
  isCompromised: boolean,
): Promise<void> {
  const [first, ...old] = current;
  if (!isCompromised) {
    if (old.length === 0) throw new ProblemError(nothingToFinish);
    await writeEnv(parts, { POSTGREST_JWT_SECRET: first, [temporaryKeys.oldJwt]: keySet(old) });
    return;
  }
  const key = await pendingValue(parts, temporaryKeys.jwt);
  const others = current.filter((one) => one.reveal() !== key.reveal());
  await writeEnv(parts, { POSTGREST_JWT_SECRET: key, [temporaryKeys.oldJwt]: keySet(others) });
}

async function currentKey(parts: RotationParts): Promise<Secret> {
  const key = (await envValues(parts)).get('POSTGREST_JWT_SECRET');
  if (key === undefined) throw new ProblemError(noEnv('POSTGREST_JWT_SECRET in .env', parts.target.name));
  return key;
}

type PasswordOperation = {
  readonly type: 'service-password' | 'authenticator';
  readonly password: Secret;
};

async function inDatabase({ target, apply }: RotationParts, operation: PasswordOperation): Promise<void> {
  const head = await ledgerHead(await target.database.session());
  await apply(sqlChange(target.database.target, operation, head));
}

/** @throws ProblemError if the server refuses the login */
async function assertLogin(
  { target: { stack }, database, say, signal }: RotationParts,
  user: string,
  password: Secret,
): Promise<void> {
  try {
    const container = await containerNamed(stack.host, stack.containers.database.name, signal);
    const login = { ...databaseAddress(stack, container), database, user, password };
    await (await stack.host.openServer(login)).close();
    say(`${user} logs in with the new password`);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new ProblemError(notProven(`${user} cannot log in with the new password`), { cause: error });
  }
}

/** The number of requests until PostgREST, which may still load its schema cache, gives its answer; a second apart. */
const tries = 30;

/** @throws ProblemError if the API answers a token of this key otherwise */
async function assertAnswers(
  { target: { stack }, signal }: RotationParts,
  key: Secret,
  expected: number,
): Promise<void> {
  const { host, containers } = stack;
  const token = await signedToken(key, 'erp_api', 60, Date.now() + (await clockAhead(host, signal)));
  const headers = { authorization: `Bearer ${token}`, 'accept-profile': 'erp' };
  for (let left = tries; ; left--) {
    const { status } = await host.get(containers.api.port, '/people?limit=0', headers, signal);
    if (status === expected) return;
    if (left === 0)
      throw new ProblemError(notProven(`the API answers ${status} to a token, ${expected} was expected`));
    await pause(1_000, signal);
  }
}
