import { parseArgs } from 'node:util';
import { laws } from './laws.ts';
import { type Extent, type RunSettings, seedOfToday, shareFrom } from './settings.ts';
import { type Group, groups } from './test-files.ts';

type Command = 'unit' | Extent | 'soak';

export interface Options {
  readonly command: Command;
  readonly settings: RunSettings;
  /** Whether to exit with 0 although tests were left out because this machine lacks what they need. */
  readonly allowMissing: boolean;
  /** Whether to leave out the checks of types, lint and unused code. */
  readonly withoutChecks: boolean;
  /** Only these groups; all if empty. */
  readonly groups: readonly Group[];
  /** Only files whose path contains one of these; all if empty. */
  readonly files: readonly string[];
  /** For the soak: the name of one law, or null for all. */
  readonly law: string | null;
  readonly minutes: number;
}

export const usage = `npm test             every behaviour once, and a sample of each matrix
npm run test:unit    what needs only Node
npm run test:all     the matrices too
npm run test:soak    seeds and shares without end
npm run test:mutants faults planted on purpose, which tests have to find

Flags, behind --, as in: npm test -- --allow-missing
  --allow-missing    exit 0 although this machine lacks something that tests need
  --without-checks   no types, lint and unused code
  --seed N           which part of each matrix, and which order (default: days since 1970)
  --shuffle          files and tests in an order that the seed decides
  --shard K/N        test:all: this part of every matrix
  --group NAME       only this group (${groups.join(', ')}); repeatable
  --law NAME         test:soak: only this law (${Object.keys(laws).join(', ')})
  --minutes N        test:soak: how long (default: 60)
  FILE…              only test files whose path contains this`;

/** Parses the arguments of `node test/run.ts`. @throws an error that names an invalid argument */
export function optionsFrom(words: readonly string[]): Options {
  const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options: flags });
  const [first = ''] = positionals;
  const command = isCommand(first) ? first : 'usual';
  const share = values.shard === undefined ? null : shareFrom(values.shard);
  if (values.shard !== undefined && share === null)
    throw new Error(`--shard ${values.shard} is not K/N, such as 2/5.`);
  if (share !== null && command !== 'all') throw new Error('--shard belongs to npm run test:all.');
  const { seed = `${seedOfToday()}`, minutes = '60', law = null } = values;
  if (!/^\d{1,9}$/.test(seed)) throw new Error(`--seed ${seed} is not a number of at most nine digits.`);
  if (!/^\d+(\.\d+)?$/.test(minutes)) throw new Error(`--minutes ${minutes} is not a number of minutes.`);
  if (law !== null && !(law in laws))
    throw new Error(`--law ${law} is none of ${Object.keys(laws).join(', ')}.`);
  const chosen = (values.group ?? []).map(groupNamed);
  const files = isCommand(first) ? positionals.slice(1) : positionals;
  const extent: Extent = command === 'all' || command === 'soak' ? 'all' : 'usual';
  return {
    command,
    settings: {
      extent,
      seed: Number(seed),
      share,
      shuffle: values.shuffle ?? false,
      named: chosen.length + files.length > 0,
      missing: [],
      logFile: null,
      coverage: false,
    },
    allowMissing: values['allow-missing'] ?? false,
    withoutChecks: values['without-checks'] ?? false,
    groups: chosen,
    files,
    law,
    minutes: Number(minutes),
  };
}

const flags = {
  'allow-missing': { type: 'boolean' },
  'without-checks': { type: 'boolean' },
  seed: { type: 'string' },
  shuffle: { type: 'boolean' },
  shard: { type: 'string' },
  group: { type: 'string', multiple: true },
  law: { type: 'string' },
  minutes: { type: 'string' },
} as const;

function isCommand(word: string): word is Command {
  return ['unit', 'usual', 'all', 'soak'].includes(word);
}

/** @throws if the group does not exist */
export function groupNamed(name: string): Group {
  const found = groups.find((group) => group === name);
  if (found === undefined) throw new Error(`--group ${name} is none of ${groups.join(', ')}.`);
  return found;
}
