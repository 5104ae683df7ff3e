import script from '../../assets/remote/lock.sh';
import { type Command, scriptCommand } from '../domain/shell-script.ts';

const lock = (...args: readonly string[]): Command => scriptCommand('lock.sh', script, args);

/** Commands for the lock on a host: assets/remote/lock.sh. */
export const lockScript = {
  /**
   * Takes the lock. Prints `taken`, `held AGE OWNER`, or `busy AGE OWNER` if it could be taken over but a command of
   * its holder still runs.
   * @param owner JSON on one line
   * @param force also takes over a lock with a recent heartbeat
   */
  take: (folder: string, token: string, owner: string, force: boolean): Command =>
    lock('take', folder, token, owner, ...(force ? ['force'] : [])),
  /** Takes the lock also with a recent heartbeat, but only from this holder, whose JSON was printed. Prints the same. */
  takeFrom: (folder: string, token: string, owner: string, holder: string): Command =>
    lock('take', folder, token, owner, 'force', holder),
  /** Inspects the lock. Prints `free` or `held AGE OWNER`, and creates nothing. */
  look: (folder: string): Command => lock('look', folder),
  /** Records a heartbeat and ends with 0 if the lock has this token; otherwise ends with 1. */
  beat: (folder: string, token: string): Command => lock('beat', folder, token),
  /** Removes the lock if it has this token and no command of its holder runs. */
  release: (folder: string, token: string): Command => lock('release', folder, token),
} as const;
