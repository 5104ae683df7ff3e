import { exitCodes, type Problem } from '../../../domain/problem.ts';
import {
  hostKeyChanged,
  hostKeyNotTrusted,
  hostKeyRevoked,
  hostKeyTooShort,
  onlyKnownHostKeys,
  revokedKeysUnknown,
} from '../host-key-problems.ts';
import { type KnownKey, knownKeys } from '../known-hosts.ts';
import {
  type Asks,
  handshakeFailed,
  loginRefused,
  noAddress,
  unanswered,
  unreachable,
} from '../log-in-problems.ts';
import type { SshTarget } from '../target.ts';
import { type Answers, noPassphrase } from './answers.ts';
import type { ShownKey, SshLog } from './ssh-log.ts';

/** What the operator answered, and whether anyone was asked. */
type Answered = Pick<Answers, 'locked' | 'unanswered'> & { readonly asks: Asks };

/** Returns why ssh did not log in, by its messages (openssh-portable, sshconnect.c, packet.c, kex.c). */
export async function problemIn(
  target: SshTarget,
  log: SshLog,
  answers: Answered,
  isLate: boolean,
): Promise<Problem> {
  if (answers.unanswered !== null) return unanswered(target, answers.unanswered, answers.asks);
  return (
    (await hostKeyProblem(target, log)) ??
    logInProblem(target, log, answers) ??
    handshakeProblem(target, log) ??
    reachProblem(target, log, isLate)
  );
}

async function hostKeyProblem(target: SshTarget, log: SshLog): Promise<Problem | null> {
  const shown = log.shown ?? { type: 'unknown type', fingerprint: 'a key' };
  const [, list] = log.find(/in revoked keys file (.*?)(?:: (.*))?$/) ?? [];
  if (list !== undefined)
    return revokedKeysUnknown(target, shown, { file: list, reason: 'ssh cannot read it as such' });
  const [, revokedBy] = log.find(/^Host key .* revoked by file (.*)$/) ?? [];
  if (revokedBy !== undefined) return hostKeyRevoked(target, shown, [revokedBy]);
  if (log.find(/REVOKED HOST KEY DETECTED|host key for .* was revoked/) !== null) {
    const known = await keysOf(target);
    return hostKeyRevoked(
      target,
      shown,
      known.filter(({ marker }) => marker === 'revoked').map(({ location }) => location),
    );
  }
  if (log.find(/REMOTE HOST IDENTIFICATION HAS CHANGED|^Host key for .* has changed/) !== null)
    return changed(target, shown);
  if (log.find(/^Bad server host key: Invalid key length/) !== null)
    return hostKeyTooShort(target, shown, null, target.restrictions.rsaBits);
  if (log.find(/^No \S+ host key is known for .* strict checking/) !== null)
    return onlyKnownHostKeys(target, shown);
  if (log.find(/^Host key verification failed/) === null || log.hasAuthenticated) return null;
  return { ...hostKeyNotTrusted(target, shown), ...excerptOf(log) };
}

async function changed(target: SshTarget, shown: ShownKey): Promise<Problem> {
  const known = (await keysOf(target)).filter(({ marker }) => marker === 'none');
  return hostKeyChanged(
    target,
    shown,
    known.map((key) => ({ key, location: key.location })),
  );
}

/** Returns the lines of known_hosts about the host; those of the bare name only if the name with the port has none. */
async function keysOf(target: SshTarget): Promise<readonly KnownKey[]> {
  const files = [...target.userKnownHosts, ...target.systemKnownHosts];
  const own = await knownKeys(target.hostKeyName, files);
  return own.length > 0 || target.bareHostKeyName === null ? own : knownKeys(target.bareHostKeyName, files);
}

function logInProblem(target: SshTarget, log: SshLog, { locked, asks }: Answered): Problem | null {
  const isRefused =
    log.find(
      /Permission denied \(|Too many authentication failures|^Received disconnect .*authentication/,
    ) !== null;
  if (!isRefused && log.methods.length === 0) return null;
  // With BatchMode nothing was asked: a key that was accepted, but not signed with, is locked.
  const isKnown = log.accepted === null || log.hasPartlySucceeded || isNamed(log.skipped, log.accepted);
  if (!isKnown && log.accepted !== null && !locked.has(log.accepted))
    locked.set(log.accepted, noPassphrase(log.accepted));
  const skipped = [...log.skipped, ...[...locked].map(([key, why]) => `${key}: ${why}`)];
  const required = log.hasPartlySucceeded ? log.methods : [];
  return loginRefused(target, log.offered, skipped, required, asks);
}

const isNamed = (lines: readonly string[], key: string) => lines.some((line) => line.startsWith(`${key}`));

function handshakeProblem(target: SshTarget, log: SshLog): Problem | null {
  const [, reason, offer] =
    log.find(/^Unable to negotiate with .*: (no matching .*?)\. Their offer: (.*)$/) ?? [];
  if (reason !== undefined) {
    const why = `${reason}: the server offers nothing that your ssh supports and its configuration allows.`;
    return handshakeFailed(target, why, [offer ?? ''], null);
  }
  const [, fault] =
    log.find(/^(?:kex_exchange_identification|ssh_dispatch_run_fatal|banner exchange): .*?: (.*)$/) ?? [];
  const hasBegun = log.shown !== null;
  return fault === undefined || !hasBegun ? null : handshakeFailed(target, `${fault}.`, [], null);
}

const reasons: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/Connection refused/, 'Connection refused (ECONNREFUSED).'],
  [/Connection reset by|reset by peer/, 'The connection was reset before the log-in (ECONNRESET).'],
  [/No route to host/, 'No route to host (EHOSTUNREACH).'],
  [/Network is unreachable/, 'Network is unreachable (ENETUNREACH).'],
  [/timed out/, 'Connection timed out (ETIMEDOUT).'],
  [/Connection closed by/, 'The server closed the connection.'],
];

function reachProblem(target: SshTarget, log: SshLog, isLate: boolean): Problem {
  if (log.find(/^ssh: Could not resolve hostname/) !== null) return noAddress(target);
  const found = reasons.find(([pattern]) => log.find(pattern) !== null)?.[1];
  const why = found ?? (isLate ? 'Connection timed out (ETIMEDOUT).' : 'ssh ended before the log-in.');
  // What a proxy prints explains why it did not connect; the messages of ssh itself are in the reason.
  const isOwn = found !== undefined && target.proxy === null;
  const others = log.messages.filter(
    (line) => !/^(?:kex_exchange_identification|Connection closed by)/.test(line),
  );
  return unreachable(target, why, isOwn ? '' : others.join('\n'));
}

/** Says that the ssh of this machine cannot be used as a transport. */
export function cannotCarry(alias: string, reason: string): Problem {
  return {
    code: 'ERP-0719',
    what: `The OpenSSH of this machine cannot carry the connection to ${alias}.`,
    why: `${reason}.`,
    todo: [
      { text: 'Show its version; erp-deploy needs 8.0 or newer', command: ['ssh', '-V'] },
      { text: 'Update it, or set ssh: ssh2 under production in the configuration if the host allows it.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

const excerptOf = ({ messages }: SshLog) =>
  messages.length === 0 ? {} : { excerpt: messages.slice(-10).map((line) => `ssh: ${line}`) };
