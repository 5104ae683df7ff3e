import { expect, it } from 'vitest';
import { defaultContainers } from '../../src/config/containers.ts';
import { ownerLogIn } from '../../src/containers/log-in.ts';
import type { Session } from '../../src/domain/session.ts';
import { inspected, scriptedHost } from '../support/production/scripted-host.ts';

const { signal } = new AbortController();

/** A login whose server, if `restarts`, restarts after the first session was opened. */
function logIn(restarts: boolean) {
  let opened = 0;
  const openServer = async (): Promise<Session> => {
    opened += 1;
    const isFirst = opened === 1;
    return {
      query: async () => [],
      script: async () => [],
      close: async () => undefined,
      isLost: () => isFirst && restarts,
    };
  };
  const host = scriptedHost((argv) => ({ stdout: argv.includes('ls') ? 'id' : inspected() }), { openServer });
  const stack = { host, folder: '.', containers: defaultContainers };
  return { ...ownerLogIn(stack, { database: 'portfolio', user: 'erp_admin' }, signal), opened: () => opened };
}

it('uses the session that was opened while waiting for the lock', async () => {
  const { ahead, open, opened } = logIn(false);
  ahead();
  await open();
  expect(opened()).toBe(1);
});

it('logs in again if the database was restarted meanwhile', async () => {
  const { ahead, open, opened } = logIn(true);
  ahead();
  expect((await open()).isLost?.()).toBe(false);
  expect(opened()).toBe(2);
});
