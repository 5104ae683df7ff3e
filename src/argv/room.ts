import script from '../../assets/remote/room.sh';
import { type Command, scriptCommand } from '../domain/shell-script.ts';

/**
 * Prints the free space of a machine: disk space for a folder and for the images of its engine, and memory.
 * @param folder an absolute path; it need not exist
 */
export function roomOf(folder: string): Command {
  return scriptCommand('room.sh', script, [folder]);
}
