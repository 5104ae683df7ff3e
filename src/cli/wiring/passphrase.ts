import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Intent, Question } from '../../domain/front-end.ts';
import type { OwnProcess } from '../../domain/ports/own-process.ts';
import { Secret } from '../../domain/secret.ts';
import { visible } from '../../domain/visible-text.ts';
import type { Terminal } from './io.ts';

/**
 * Asks for the passphrase of a key on the terminal, without echo. An empty line or the end of the input continues
 * without the key. Ctrl-C stops erp-deploy, as everywhere.
 * @throws the reason of the signal, if it is aborted
 */
export async function askPassphrase(
  { key, again, asks }: Extract<Question, { type: 'passphrase' }>,
  { stdin, stderr }: Terminal,
  { interrupt }: Pick<OwnProcess, 'interrupt'>,
  signal: AbortSignal,
): Promise<Intent> {
  signal.throwIfAborted();
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (again) stderr.write(asks === undefined ? 'Wrong passphrase.\n' : 'The answer was not accepted.\n');
  stderr.write(
    asks === undefined
      ? `Passphrase of ${key} (not stored; leave empty to continue without this key): `
      : `${key} asks: ${visible(asks)} (not stored; leave empty to stop): `,
  );
  const lines = createInterface({ input: stdin, output: discard, terminal: true, historySize: 0 });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const stopped = () => reject(signal.reason);
  signal.addEventListener('abort', stopped, { once: true });
  lines
    .once('line', resolve)
    .once('close', () => resolve(''))
    // In raw mode the terminal sends no signal of its own.
    .on('SIGINT', () => interrupt());
  try {
    const typed = await promise;
    return { type: 'passphrase', passphrase: typed === '' ? null : new Secret(typed) };
  } finally {
    signal.removeEventListener('abort', stopped);
    lines.close();
    stderr.write('\n');
  }
}
