import script from '../../assets/remote/drill.sh';
import { type Command, scriptCommand } from '../domain/shell-script.ts';

const command = (...words: readonly string[]): Command => scriptCommand('drill.sh', script, words);

/** Commands for a drill in a container of this machine: assets/remote/drill.sh. */
export const drills = {
  /** Starts an empty server, with user, password and database from its environment. Prints its port on 127.0.0.1. */
  start: (name: string, image: string): Command => command('start', name, image),
  /** @param roles the file of the roles, relative to the folder that it runs in, as `dump` is */
  restore: (name: string, database: string, roles: string, dump: string): Command =>
    command('restore', name, database, roles, dump),
  /** Removes the container with its data. */
  remove: (name: string): Command => command('remove', name),
} as const;
