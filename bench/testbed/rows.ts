import { median } from '../measure.ts';
import { dockerRounds } from './docker.ts';
import { logRounds } from './log.ts';
import { productionRounds, type Round } from './production.ts';
import { validations } from './validation.ts';

/** One row of the table of wall times. */
export interface TimedRow {
  readonly name: string;
  /** The most that it may be: a multiple of what it is compared with, or seconds. */
  readonly budget: number;
  readonly unit: 'times' | 's' | 'MB';
  readonly value: number;
  /** Seconds, each a median. */
  readonly seconds: number;
  readonly comparison: number | null;
}

/** A network as far as a town on another continent. */
const farAway = { delay: 50 };
/** A train. */
const poor = { delay: 150, loss: 1 };

/** Rounds of the poor network, as the budget says. */
const poorRounds = 5;

/** Times what needs the testbed: a production host near, far, and over a poor network; and a local engine. */
export async function timedRows(rounds: number): Promise<readonly TimedRow[]> {
  const [bundled, thousand, tenThousand] = [
    await validations(0, rounds),
    await validations(1000, rounds),
    await validations(10_000, rounds),
  ];
  const docker = await dockerRounds(rounds);
  const log = await logRounds(1_000_000, rounds);
  const near = await productionRounds(null, rounds);
  const far = await productionRounds(farAway, rounds);
  const train = await productionRounds(poor, poorRounds, false);
  const first = median(far.map((round) => round.first));
  const again = median(far.map((round) => round.again));
  const ansible = far.filter((round): round is Required<Round> => round.ansible !== undefined);
  return [
    ratio('validate / 3 × psql', 3, bundled, 'validate', 'psql'),
    memory('memory of validate', 120, bundled),
    absolute('validate, 1,000 tables', 1.5, thousand, 'validate'),
    absolute('validate, 10,000 tables', 8, tenThousand, 'validate'),
    ratio('docker / by hand', 1, docker, 'first', 'byHand'),
    absolute('docker, again', 1, docker, 'again'),
    ratio('logs of 1,000,000 lines / docker logs', 3, log, 'logs', 'docker'),
    ratio('production / by hand', 0.8, near, 'first', 'byHand'),
    ratio('production at 100 ms / by hand', 0.6, far, 'first', 'byHand'),
    ratio('production at 100 ms / ControlMaster', 1, far, 'first', 'controlMaster'),
    ...(ansible.length === 0
      ? []
      : [ratio('production at 100 ms / Ansible', 0.6, ansible, 'first', 'ansible')]),
    absolute('production at 100 ms, again', 3.5, far, 'again'),
    absolute('plan at 100 ms', 3.5, far, 'plan'),
    absolute('validate at 100 ms', 3.5, far, 'validate'),
    absolute('status at 100 ms', 3.5, far, 'status'),
    against(
      'production at 300 ms, 1 % lost / at 100 ms',
      5,
      train.map((round) => round.first),
      first,
    ),
    against(
      'the same, again',
      5,
      train.map((round) => round.again),
      again,
    ),
  ];
}

type Numbers<Key extends string> = Readonly<Record<Key, number>>;

function ratio<One extends string, Other extends string>(
  name: string,
  budget: number,
  rounds: readonly (Numbers<One> & Numbers<Other>)[],
  one: One,
  other: Other,
): TimedRow {
  return {
    name,
    budget,
    unit: 'times',
    value: median(rounds.map((round) => round[one] / round[other])),
    seconds: median(rounds.map((round) => round[one])),
    comparison: median(rounds.map((round) => round[other])),
  };
}

function absolute<One extends string>(
  name: string,
  budget: number,
  rounds: readonly Numbers<One>[],
  one: One,
): TimedRow {
  const seconds = median(rounds.map((round) => round[one]));
  return { name, budget, unit: 's', value: seconds, seconds, comparison: null };
}

function memory(
  name: string,
  budget: number,
  rounds: readonly Numbers<'megabytes' | 'validate'>[],
): TimedRow {
  const value = median(rounds.map(({ megabytes }) => megabytes));
  const seconds = median(rounds.map(({ validate }) => validate));
  return { name, budget, unit: 'MB', value, seconds, comparison: null };
}

function against(name: string, budget: number, values: readonly number[], comparison: number): TimedRow {
  const seconds = median(values);
  return { name, budget, unit: 'times', value: seconds / comparison, seconds, comparison };
}
