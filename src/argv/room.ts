import script from '../../assets/remote/room.sh';
import { type Command, scriptCommand } from '../domain/shell-script.ts';

/**
 * Prints how much room a machine has: disk for a folder and for the images of its engine, and memory.
 * @param folder absolute; it need not exist
 */
export function roomOf(folder: string): Command {
  return scriptCommand('room.sh', script, [folder]);
}
