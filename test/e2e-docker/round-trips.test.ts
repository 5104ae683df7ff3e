import { beforeAll, describe, expect, test } from 'vitest';
import type { RolloutEvent } from '../../src/domain/events.ts';
import type { Traffic } from '../../src/domain/round-trips.ts';
import { faultProxy } from '../support/production/fault-proxy.ts';
import { type Operator, operator } from '../support/production/operator.ts';
import { put, sharedWorkspace } from '../support/workspace/workspace.ts';

/** The maximum number of requests, and the maximum length of their chain, for each command. */
type Budget = Pick<Traffic, 'requests' | 'chain'>;

/**
 * The chain of a second run is 10. On a busy machine the login to the database ends after the concurrent inspection,
 * which adds one.
 */
const budgets = {
  first: { requests: 40, chain: 40 },
  second: { requests: 15, chain: 11 },
  status: { requests: 17, chain: 16 },
  plan: { requests: 14, chain: 13 },
  validate: { requests: 14, chain: 13 },
} as const satisfies Record<string, Budget>;

const upTo34 = ['--engine', 'embedded', '--phase', 'production', '--skip', '3.5'];

/** Milliseconds each way. Without a delay, simultaneous requests could be counted as successive on a busy machine. */
const delay = 100;

/** The operator, whose packets to the production host are delayed. */
async function atDistance(): Promise<Operator> {
  const { port } = (await operator({ name: 'round-trips' })).server;
  const link = await faultProxy(port);
  link.delay = delay;
  const ssh = [`Port ${link.port}`, `HostKeyAlias [127.0.0.1]:${port}`];
  return operator({ name: 'round-trips', ssh });
}

describe.each(['ssh2', 'openssh'])('the round trips to a production host, over %s', (transport) => {
  let workspace: string;
  beforeAll(async () => {
    const there = await operator({ name: 'round-trips', fresh: true });
    workspace = sharedWorkspace();
    put(workspace, 'erp-deploy.config.yaml', `production:\n  ssh: ${transport}\n`);
    const local = await there.run(workspace, ['run', '--non-interactive', '--engine', 'embedded']);
    expect(local).toMatchObject({ exit: 0 });
  });

  async function eventsOf(words: readonly string[]): Promise<readonly RolloutEvent[]> {
    const { stdout } = await (await atDistance()).run(workspace, [
      ...words,
      '--json',
      '--production-host',
      'droplet',
    ]);
    return stdout.split('\n').flatMap((line): RolloutEvent[] => (line === '' ? [] : [JSON.parse(line)]));
  }

  /** Asserts the exit code and the budget of a command; a failure shows both. */
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

  test('a first rollout stays within its budget', async () => {
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
