import { beforeAll, describe, expect, test } from 'vitest';
import type { RolloutEvent } from '../../src/domain/events.ts';
import type { Traffic } from '../../src/domain/round-trips.ts';
import { type Operator, operator } from '../support/production/operator.ts';
import { sharedWorkspace } from '../support/workspace/workspace.ts';

/** The most requests, and the longest chain of them, that a command may need. */
type Budget = Pick<Traffic, 'requests' | 'chain'>;

const budgets = {
  first: { requests: 72, chain: 72 },
  second: { requests: 28, chain: 28 },
  status: { requests: 36, chain: 35 },
  plan: { requests: 17, chain: 16 },
  validate: { requests: 17, chain: 16 },
} as const satisfies Record<string, Budget>;

const upTo34 = ['--engine', 'embedded', '--phase', 'production', '--skip', '3.5'];

describe('the round trips to a production host', () => {
  let there: Operator;
  let workspace: string;
  beforeAll(async () => {
    there = await operator({ name: 'round-trips', fresh: true });
    workspace = sharedWorkspace();
    const local = await there.run(workspace, ['run', '--non-interactive', '--engine', 'embedded']);
    expect(local).toMatchObject({ exit: 0 });
  });

  async function eventsOf(words: readonly string[]): Promise<readonly RolloutEvent[]> {
    const { stdout } = await there.run(workspace, [...words, '--json', '--production-host', 'droplet']);
    return stdout.split('\n').flatMap((line): RolloutEvent[] => (line === '' ? [] : [JSON.parse(line)]));
  }

  /** Asserts the exit code and the budget of a command, both shown if one is missed. */
  async function expectWithin(budget: Budget, words: readonly string[], exit = 0): Promise<void> {
    const events = await eventsOf(words);
    const end = events.at(-1);
    if (end?.type !== 'rollout.finished') throw new Error('the command did not finish');
    const steps = events.flatMap((event) =>
      'traffic' in event && event.traffic !== undefined ? [{ type: event.type, ...event.traffic }] : [],
    );
    expect(end.exit).toBe(exit);
    const { requests = 0, chain = 0 } = end.traffic ?? {};
    expect(requests, 'something was counted').toBeGreaterThan(0);
    expect(
      { requests: Math.max(requests, budget.requests), chain: Math.max(chain, budget.chain) },
      JSON.stringify(steps, null, 1),
    ).toEqual(budget);
  }

  test('a rollout from nothing stays within its budget', async () => {
    await expectWithin(budgets.first, ['run', ...upTo34, '--create-env']);
  });

  test('a second run with nothing to do stays within its budget', async () => {
    await expectWithin(budgets.second, ['run', ...upTo34]);
  });

  test('status, plan and validate stay within their budgets', async () => {
    // The documents of 4.1 to 4.4 describe the local test.
    await expectWithin(budgets.status, ['status'], 5);
    await expectWithin(budgets.plan, ['plan', ...upTo34]);
    await expectWithin(budgets.validate, ['validate']);
  });
});
