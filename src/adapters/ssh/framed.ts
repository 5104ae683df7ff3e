import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import frameScript from '../../../assets/remote/frame.sh';
import { sentText } from '../../domain/shell-script.ts';
import type { LockToken } from './options.ts';
import { quoteLine } from './quote.ts';

const frame = sentText(frameScript);

/** A command line, and the marker after which the command's own output begins. */
interface Framed {
  readonly line: string;
  readonly marker: string;
}

/** How a command is started. */
export interface Framing {
  /** Whether it reads what is sent; otherwise it reads nothing. */
  readonly input: 'none' | 'sent';
  /** What it must find held; null for a command that changes nothing. */
  readonly lock: LockToken | null;
}

/**
 * Returns the command line that starts a command by assets/remote/frame.sh. That is the one script on a command line,
 * always the same: to send it as well would cost a round trip for every command.
 * @param folder absolute
 */
export function framed(folder: string, argv: readonly string[], { input, lock }: Framing): Framed {
  const marker = newMarker();
  const words = [marker, folder, lock?.file ?? '', lock?.token ?? '', input, ...argv];
  return { marker, line: `exec ${quoteLine(['/bin/sh', '-c', frame, ...words])}` };
}

export function newMarker(): string {
  return `erp-deploy:${randomUUID()}`;
}

/** The word after the marker (null if the stream ended without it), and what came before it. */
export interface Heading {
  readonly word: string | null;
  readonly noise: string;
}

/** Reads up to the end of the marker's line; what follows stays in the stream. */
export function headingOf(stream: Readable, marker: string): Promise<Heading> {
  return new Promise((answer) => {
    // A stream that ended with its last bytes says so as soon as those are read, even if it is paused.
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
