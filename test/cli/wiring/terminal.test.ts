import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { realAdapters } from '../../../src/cli/wiring/adapters.ts';
import type { Flags } from '../../../src/cli/wiring/flags.ts';
import { frontEndFor } from '../../../src/cli/wiring/terminal.ts';
import { stamped, started, step01 } from '../../support/program/events.ts';

/** A fake terminal with only the properties that are read. */
function terminal() {
  const said: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: true });
  stream.on('data', (piece) => said.push(String(piece)));
  return {
    said,
    streams: { stdin: stream, stdout: stream, stderr: stream, env: {}, cwd: '/', adapters: realAdapters },
  };
}

it('prints all details in a terminal, too, with --verbose', async () => {
  const { said, streams } = terminal();
  // The other flags have their defaults and are not relevant.
  const flags = { nonInteractive: true, json: false, verbose: true } as Flags;
  const view = await frontEndFor('run', flags, streams);
  view.show(stamped(started));
  view.show(stamped({ type: 'step.started', ...step01 }));
  view.show(stamped({ type: 'output', ...step01, line: 'a line of output' }));
  await view.close();
  expect(said.join('')).toContain('| a line of output');
});
