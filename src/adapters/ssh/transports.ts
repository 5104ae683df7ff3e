import { readdir } from 'node:fs/promises';
import { ProblemError } from '../../domain/problem.ts';
import type { Connection } from './connection.ts';
import { dial, LogInFailed } from './dial.ts';
import { identitiesOf } from './identities.ts';
import { needsAnswers, noSecurityKey, settingsNotSupported } from './log-in-problems.ts';
import { Memory } from './openssh/answers.ts';
import { dialOpenSsh } from './openssh/dial-openssh.ts';
import type { Limits, SshOptions } from './options.ts';
import type { SshTarget } from './target.ts';
import { Trust } from './trust.ts';

interface Parts {
  readonly target: SshTarget;
  readonly options: SshOptions;
  readonly limits: Limits;
}

type Dial = () => Promise<Connection>;

/**
 * Chooses what carries the connections to a host: ssh2, or OpenSSH if the configuration or the keys need it, or if ssh2
 * could not log in for a reason that OpenSSH may not have. Returns what logs in, the first time and again.
 * @throws ProblemError if the configuration requires what the chosen one cannot do
 */
export async function dialFor(parts: Parts): Promise<Dial> {
  const { target, options } = parts;
  const transport = options.transport ?? 'auto';
  const memory = new Memory();
  const openSsh: Dial = () => dialOpenSsh({ ...parts, memory });
  if (transport === 'ssh2' && target.onlyOpenSsh.length > 0)
    throw new ProblemError(settingsNotSupported(target.alias, target.onlyOpenSsh));
  if (target.keyless !== null && options.askSecret === undefined && transport !== 'ssh2')
    throw new ProblemError(needsAnswers(target.alias, target.keyless));
  const identities = await identitiesOf(target, options.askPassphrase);
  const { onlyOfTokens } = identities;
  if (onlyOfTokens.length > 0 && transport !== 'ssh2' && target.keyless === null && !(await hasToken(target)))
    throw new ProblemError(noSecurityKey(target.alias, onlyOfTokens));
  if (transport === 'openssh' || target.onlyOpenSsh.length > 0) return openSsh;
  const trust = await Trust.of(target);
  const ssh2: Dial = () => dial({ ...parts, trust, identities });
  if (transport === 'ssh2') return ssh2;
  if (identities.onlyOpenSsh.length > 0 || trust.hasAuthority) return openSsh;
  return firstOf(ssh2, openSsh);
}

/** Returns whether a security key may be connected. Linux shows each as a hidraw device, beside other devices. */
async function hasToken({ hasTokenProvider }: SshTarget): Promise<boolean> {
  if (hasTokenProvider || process.platform !== 'linux') return true;
  return (await readdir('/dev')).some((name) => name.startsWith('hidraw'));
}

/** Stays with OpenSSH once ssh2 could not log in for a reason of its own. */
function firstOf(ssh2: Dial, openSsh: Dial): Dial {
  let current = ssh2;
  return async () => {
    try {
      return await current();
    } catch (error) {
      if (!(error instanceof LogInFailed && error.openSshMay)) throw error;
      current = openSsh;
      return current();
    }
  };
}
