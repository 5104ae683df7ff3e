import { expect, it } from 'vitest';
import { processesIn } from '../../src/adapters/processes.ts';
import { Interrupted } from '../../src/engine/interrupted.ts';

it('gives no answer for a program that an interruption cut off, since "no" would be a wrong one', async () => {
  const stop = new AbortController();
  const interrupted = new Interrupted('SIGINT');
  const running = processesIn('/').run(['sleep', '60'], '.', stop.signal);
  stop.abort(interrupted);
  await expect(running).rejects.toBe(interrupted);
});
