import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Problem, ProblemError } from '../../../domain/problem.ts';
import { errnoOf } from '../../errno.ts';
import { Connection } from '../connection.ts';
import { hostKeyNotTrusted } from '../host-key-problems.ts';
import type { Limits, SshOptions } from '../options.ts';
import type { SshTarget } from '../target.ts';
import { Answers, type HostKeyPrompt, type Memory, typeOf } from './answers.ts';
import { type Asks, argumentsOf } from './arguments.ts';
import { cannotCarry, problemIn } from './failures.ts';
import { Master } from './master.ts';
import { MasterCarrier } from './master-carrier.ts';
import type { SshLog } from './ssh-log.ts';

/** What a log-in needs; kept for a reconnection. */
export interface OpenSshParts {
  readonly target: SshTarget;
  readonly options: SshOptions;
  readonly limits: Limits;
  readonly memory: Memory;
}

type Outcome =
  | { readonly is: 'open'; readonly connection: Connection }
  | { readonly is: 'doubt'; readonly prompt: HostKeyPrompt; readonly log: SshLog }
  | {
      readonly is: 'failed';
      readonly problem: Problem;
      /** Whether the server did not wait for what the operator typed. */
      readonly isCut: boolean;
    };

/** How many host keys may be unknown on the way: the server's, and those of ProxyJump hosts. */
const mostDoubts = 8;

/**
 * Logs in with a process of OpenSSH. As with ssh2, an unknown host key ends the log-in before the operator is asked
 * about it, and the key that they accept is the only one that the next log-in accepts.
 * @throws ProblemError
 */
export async function dialOpenSsh(parts: OpenSshParts): Promise<Connection> {
  const asks: Asks = parts.options.askSecret === undefined ? 'nothing' : 'secrets';
  for (let doubts = 0; doubts <= mostDoubts; doubts += 1) {
    const outcome = await attemptWith(parts, asks);
    if (outcome.is === 'open') return outcome.connection;
    if (outcome.is === 'failed') throw new ProblemError(outcome.problem);
    await decide(parts, outcome.prompt, typeOf(outcome.prompt, outcome.log));
  }
  throw new Error('more host keys are unknown than a connection has hosts');
}

/** In BatchMode ssh does not ask about a host key, so another log-in does. */
async function attemptWith(parts: OpenSshParts, asks: Asks): Promise<Outcome> {
  const isAccepted = parts.memory.hostKeys.size > 0;
  const first = await attempt(parts, asks === 'nothing' && isAccepted ? 'host-key' : asks);
  if (first.is === 'failed' && first.isCut) return attempt(parts, asks);
  const isUnknown = first.is === 'failed' && first.problem.code === 'ERP-0704';
  if (asks !== 'nothing' || isAccepted || !isUnknown || parts.target.restrictions.unknownHostKey !== 'ask')
    return first;
  return attempt(parts, 'host-key');
}

async function attempt(parts: OpenSshParts, asks: Asks): Promise<Outcome> {
  const { target, options, limits } = parts;
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  let stop: () => void = () => undefined;
  const onAsking = (asking: boolean) => {
    clearTimeout(timer);
    if (asking) return;
    timer = setTimeout(() => {
      isLate = true;
      stop();
    }, limits.connect);
  };
  const answers = new Answers(parts, asks, onAsking, () => stop());
  onAsking(false);
  const master = await Master.start(
    argumentsOf(target, options, limits, asks),
    options.environment,
    (prompt) => answers.answer(prompt),
  );
  stop = () => master.kill();
  if (isLate) stop();
  const socket = await master.connected().finally(() => clearTimeout(timer));
  if (socket === null) {
    await master.ended;
    const { log } = master;
    if (answers.doubt !== null) return { is: 'doubt', prompt: answers.doubt, log };
    const { locked, unanswered } = answers;
    const answered = { locked, unanswered, asks: asks === 'secrets' ? 'operator' : 'unattended' } as const;
    const isCut = answers.hasAsked && log.find(/^Connection (?:closed|reset) by/) !== null;
    return { is: 'failed', problem: await problemIn(target, log, answered, isLate), isCut };
  }
  try {
    if (master.log.shown !== null) options.trusted?.(master.log.shown.fingerprint);
    return {
      is: 'open',
      connection: new Connection(await MasterCarrier.over(master, socket), options.traffic),
    };
  } catch (error) {
    master.kill();
    await master.ended;
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(
      cannotCarry(target.alias, error instanceof Error ? error.message : String(error)),
      {
        cause: error,
      },
    );
  }
}

/** Asks the operator about a host key. @throws ProblemError if they decline it */
async function decide({ target, options, memory }: OpenSshParts, prompt: HostKeyPrompt, keyType: string) {
  const { host, fingerprint } = prompt;
  const shown = { type: keyType, fingerprint };
  const [file = null] = target.userKnownHosts;
  const known = memory.hostKeys.get(host);
  if (known !== undefined || !(await options.decideHostKey({ host, fingerprint, keyType, file })))
    throw new ProblemError(hostKeyNotTrusted({ hostKeyName: host }, shown));
  memory.hostKeys.set(host, fingerprint);
  if (file === null) return;
  try {
    // ssh makes only ~/.ssh.
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  } catch (error) {
    // ssh then cannot write known_hosts, and goes on as erp-deploy does.
    if (errnoOf(error) === undefined) throw error;
  }
}
