import { bringUp } from '../testbed/testbed.ts';
import { haveNeeds } from './have-needs.ts';
import { type NeedName, needs } from './needs.ts';

/** Something that tests need and this machine does not have. */
export interface Missing {
  readonly name: NeedName;
  /** How to install it, or why it cannot be installed. */
  readonly why: string;
}

/** Installs and starts what tests need, as far as possible on this machine. Returns what is still missing. */
export async function whatIsMissing(
  wanted: readonly NeedName[],
  say: (line: string) => void,
): Promise<readonly Missing[]> {
  const missing = (await haveNeeds(wanted, say)).map((name) => ({ name, why: howToHave(name) }));
  if (!wanted.includes('testbed') || missing.some(({ name }) => name === 'testbed')) return missing;
  const problem = await problemOfTestbed(say);
  return problem === null ? missing : [...missing, { name: 'testbed', why: problem }];
}

function howToHave(name: NeedName): string {
  const { packages } = needs[name];
  return packages.length === 0 ? 'run as root' : `sudo apt-get install ${packages.join(' ')}`;
}

/** Brings the testbed up. Returns null, or the reason in one line if that fails. */
async function problemOfTestbed(say: (line: string) => void): Promise<string | null> {
  try {
    await bringUp((line) => say(`testbed: ${line}`));
    return null;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    say(`testbed: ${text}`);
    return text.split('\n')[0] ?? '';
  }
}
