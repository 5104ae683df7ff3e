import script from '../../assets/remote/upgrade.sh';
import { type Command, scriptCommand } from '../domain/shell-script.ts';

const run = (...args: readonly string[]): Command => scriptCommand('upgrade.sh', script, args);

/** Exists from the moment of the switch until it is completed; relative to the folder of the compose file. */
export const switchMarker = 'data.switch';

/** Commands in the folder of the compose file: assets/remote/upgrade.sh. */
export const upgradeCommands = {
  /**
   * Copies everything into a server of another image. Prints `port NUMBER`, on 127.0.0.1, and `not copied: …` for what is not
   * copied.
   * @param settings PostgreSQL's settings by name, which the new server has to accept
   */
  copy: (
    container: string,
    user: string,
    image: string,
    settings: Readonly<Record<string, string>>,
  ): Command =>
    run(
      'copy',
      container,
      user,
      image,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ),
  /** Removes the copy, unless the switch has begun. */
  discard: (image: string): Command => run('discard', image),
  /**
   * Makes the copy the database, and prints `kept FOLDER`; resumes if it was interrupted.
   * @param kept the folder of the old database afterwards
   * @param sql runs in the copy before
   */
  switchTo: (container: string, user: string, database: string, kept: string, sql: string): Command =>
    run('switch', container, user, database, kept, sql),
  finish: (): Command => run('finish'),
} as const;

/** The container of the copy. */
export const copyContainer = 'erp-deploy-upgrade';
