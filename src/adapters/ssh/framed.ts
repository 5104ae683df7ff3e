import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { quoteLine } from './quote.ts';

/**
 * What /bin/sh does with a marker ($0), a folder and a command: whatever a login shell printed before the
 * marker is not the command's. It says by a word how far it came, so that no message has to be read.
 */
const prologue = [
  'printf "%s\\n" "$0" >&2',
  'LC_ALL=C',
  'export LC_ALL',
  'if ! cd -- "$1" 2>/dev/null; then if [ -d "$1" ]; then w=EACCES; elif [ -e "$1" ]; then w=ENOTDIR; else w=ENOENT; fi; printf "%s %s\\n" "$0" "$w"; exit 1; fi',
  'shift',
  'case "$1" in */*) [ -x "$1" ] && [ ! -d "$1" ];; *) command -v "$1" >/dev/null 2>&1;; esac || { printf "%s missing\\n" "$0"; exit 127; }',
  'printf "%s ready %s\\n" "$0" "$$"',
].join('; ');

/** A command line, and the mark behind which the command's own output begins. */
interface Framed {
  readonly line: string;
  readonly marker: string;
}

/**
 * @param folder absolute
 * @param input whether the command reads what is sent; else it gets an empty one
 */
export function framed(folder: string, argv: readonly string[], input: 'none' | 'sent'): Framed {
  const marker = newMarker();
  const script = `${prologue}; exec "$@"${input === 'none' ? ' </dev/null' : ''}`;
  return { marker, line: `exec ${quoteLine(['/bin/sh', '-c', script, marker, folder, ...argv])}` };
}

export function newMarker(): string {
  return `erp-deploy:${randomUUID()}`;
}

/** The word behind the marker; null where the stream ended without it, with what came instead. */
export interface Heading {
  readonly word: string | null;
  readonly noise: string;
}

/** Reads up to the marker's line; what comes after it stays in the stream. */
export function headingOf(stream: Readable, marker: string): Promise<Heading> {
  return new Promise((answer) => {
    // A stream whose end came with its last bytes tells of it as soon as those are read, paused or not.
    if (stream.readableEnded) {
      answer({ word: null, noise: '' });
      return;
    }
    let seen = Buffer.alloc(0);
    const settle = (heading: Heading) => {
      stream.off('data', onData).off('end', onEnd).off('close', onEnd).pause();
      answer(heading);
    };
    const onData = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      const at = seen.indexOf(marker);
      const end = at === -1 ? -1 : seen.indexOf('\n', at);
      if (end === -1) return;
      const rest = seen.subarray(end + 1);
      settle({
        word: seen
          .subarray(at + marker.length, end)
          .toString()
          .trim(),
        noise: seen.subarray(0, at).toString(),
      });
      if (rest.length > 0) stream.unshift(rest);
    };
    const onEnd = () => settle({ word: null, noise: seen.toString() });
    stream.on('data', onData).once('end', onEnd).once('close', onEnd).resume();
  });
}
