import { expect, it } from 'vitest';
import { defaultContainers } from '../../src/config/containers.ts';
import { occupantOf } from '../../src/containers/port.ts';
import { scriptedHost } from '../support/production/scripted-host.ts';

const { signal } = new AbortController();

/** Returns what uses the API's port if it is open and successive `docker` calls list these containers on it. */
function occupant(lists: readonly string[], sockets = '') {
  const left = [...lists];
  const host = scriptedHost(
    (argv) => (argv[0] === 'ss' ? { stdout: sockets } : { stdout: left.shift() ?? '' }),
    { listens: async () => true },
  );
  return occupantOf({ host }, defaultContainers.api, signal);
}

const listed = (name: string) => `${JSON.stringify({ Names: name })}\n`;

it('is free for the rollout if its own container publishes it', async () => {
  expect(await occupant([listed('postgrest-erp')])).toBeNull();
});

it('belongs to its own container, even if the engine started it between two queries', async () => {
  expect(await occupant(['', listed('postgrest-erp')])).toBeNull();
});

it('is used by another container, or by another program', async () => {
  expect(await occupant([listed('grafana')])).toBe('the container grafana');
  expect(await occupant([], 'LISTEN 0 4096 *:3000 *:* users:(("node",pid=42,fd=18))')).toBe(
    'node (process 42)',
  );
  expect(await occupant([])).toBe('a program of another user');
});
