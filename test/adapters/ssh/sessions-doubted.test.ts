import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { Sessions } from '../../../src/adapters/ssh/sessions.ts';
import { RoundTrips } from '../../../src/domain/round-trips.ts';

/** A server with a limit of two sessions that still counts an ended one, as a busy sshd does. */
function busyServer(counted: number) {
  let open = counted;
  return {
    forget: () => {
      open -= 1;
    },
    begin: (done: (error: Error | undefined, channel?: EventEmitter) => void) => {
      if (open === 2) return done(Object.assign(new Error('open failed'), { reason: 2 }));
      open += 1;
      const channel = new EventEmitter();
      channel.once('close', () => {
        open -= 1;
      });
      done(undefined, channel);
    },
  };
}

const connection = {
  answered: <Answer>(ask: (answer: (value: Answer) => void, fail: (error: unknown) => void) => void) =>
    new Promise<Answer>(ask),
  traffic: new RoundTrips(),
};

test('checks again a session limit that was learned while the server counted an ended session', async () => {
  const server = busyServer(1);
  const sessions = new Sessions(connection, 'droplet', 10);
  await sessions.open(server.begin, 'lasting');
  const opened = sessions.open(server.begin, 'brief');
  await expect.poll(() => sessions.limit).toBe(1);
  server.forget();
  await opened;
});
