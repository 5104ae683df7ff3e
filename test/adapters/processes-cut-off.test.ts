import { expect, it } from 'vitest';
import { processesIn } from '../../src/adapters/processes.ts';
import { Interrupted } from '../../src/engine/interrupted.ts';

it('throws if a program was interrupted, because its exit code would be a wrong answer', async () => {
  const stop = new AbortController();
  const interrupted = new Interrupted('SIGINT');
  const running = processesIn('/').run(['sleep', '60'], '.', stop.signal);
  stop.abort(interrupted);
  await expect(running).rejects.toBe(interrupted);
});
