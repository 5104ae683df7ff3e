import type { Limits, SshOptions } from '../options.ts';
import type { SshTarget } from '../target.ts';

/** What a log-in may ask. */
export type Asks =
  /** Nothing: BatchMode. */
  | 'nothing'
  /** About the host key, and nothing else. */
  | 'host-key'
  /** Also for passphrases, passwords and codes. */
  | 'secrets';

/**
 * Returns the arguments of ssh for a connection that serves only erp-deploy. What the operator's configuration says
 * about the log-in counts; what it says about a session does not.
 */
export function argumentsOf(
  { alias, canFork, restrictions }: Pick<SshTarget, 'alias' | 'canFork' | 'restrictions'>,
  { configFile }: Pick<SshOptions, 'configFile'>,
  { keepalive, keepaliveMisses }: Limits,
  asks: Asks,
): readonly string[] {
  const settings = [
    'LogLevel=DEBUG1', // see ssh-log.ts
    'ControlPersist=no',
    ...(canFork ? ['ForkAfterAuthentication=no'] : []),
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    'ForwardX11=no',
    'Tunnel=no',
    'PermitLocalCommand=no',
    'VisualHostKey=no',
    `ServerAliveInterval=${Math.max(1, Math.round(keepalive / 1000))}`,
    `ServerAliveCountMax=${keepaliveMisses}`,
    `BatchMode=${asks === 'nothing' ? 'yes' : 'no'}`,
    ...(asks === 'secrets' ? [] : ['PasswordAuthentication=no', 'KbdInteractiveAuthentication=no']),
    // With `no`, ssh would also go on with a changed key.
    ...(restrictions.unknownHostKey === 'accept' ? ['StrictHostKeyChecking=accept-new'] : []),
  ];
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...settings.flatMap((setting) => ['-o', setting]),
    '--',
    alias,
  ];
}
