import { type Flags, flagsSchema } from '../../../src/cli/wiring/flags.ts';
import { programOf } from '../../../src/cli/wiring/program.ts';

/** Returns the flags of a command line. */
export async function flagsOf(words: readonly string[]): Promise<Flags> {
  const found: Flags[] = [];
  const program = programOf('0.1.0', async (_, given) => void found.push(flagsSchema.parse(given)), words);
  await program.parseAsync([...words], { from: 'user' });
  const [flags] = found;
  if (flags === undefined) throw new Error(`no command: ${words.join(' ')}`);
  return flags;
}
