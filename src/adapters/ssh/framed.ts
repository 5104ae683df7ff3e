import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import frameScript from '../../../assets/remote/frame.sh';
import { sentText } from '../../domain/shell-script.ts';
import type { LockToken } from './options.ts';
import { quoteLine } from './quote.ts';

const frame = sentText(frameScript);

/** A command line, and the marker that precedes the command's own output. */
interface Waiting {
  readonly line: string;
  readonly marker: string;
}

/** How a command is started. */
export interface Framing {
  /** `sent` if the command reads what is sent to it, `none` if its input is empty. */
  readonly input: 'none' | 'sent';
  /** The lock that must be held for the command to run; null for a command that changes nothing. */
  readonly lock: LockToken | null;
}

/**
 * Returns the command line of a shell that waits for a command: assets/remote/frame.sh. Other scripts are sent on
 * standard input, but this one reads what is sent there.
 */
export function waitingLine(): Waiting {
  const marker = newMarker();
  return { marker, line: `exec ${quoteLine(['/bin/sh', '-c', frame, marker])}` };
}

/**
 * Returns what makes a waiting shell run a command.
 * @param folder absolute
 */
export function requestOf(folder: string, argv: readonly string[], { input, lock }: Framing): string {
  const request = quoteLine([folder, lock?.file ?? '', lock?.token ?? '', input, ...argv]);
  return `${Buffer.byteLength(request)}\n${request}`;
}

export function newMarker(): string {
  return `erp-deploy:${randomUUID()}`;
}

/** The marker's line. */
export interface Heading {
  /** The rest of the line after the marker; null if the stream ended before that. */
  readonly word: string | null;
  /** What the login shell printed before the marker. */
  readonly noise: string;
}

/** Bytes that a login shell may print before the marker's line ends. */
const mostNoise = 2 ** 20;

/** Reads up to the end of the marker's line, and leaves the rest in the stream; gives up after `mostNoise`. */
export function headingOf(stream: Readable, marker: string): Promise<Heading> {
  return new Promise((answer) => {
    // A stream may have ended already, even if it is paused: `end` follows the last bytes at once.
    if (stream.readableEnded) {
      answer({ word: null, noise: '' });
      return;
    }
    let received = Buffer.alloc(0);
    const settle = (heading: Heading) => {
      stream.off('data', onData).off('end', onEnd).off('close', onEnd).pause();
      answer(heading);
    };
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const at = received.indexOf(marker);
      const end = at === -1 ? -1 : received.indexOf('\n', at);
      if (end === -1) {
        if (received.length > mostNoise) settle({ word: null, noise: received.toString() });
        return;
      }
      const rest = received.subarray(end + 1);
      settle({
        word: received
          .subarray(at + marker.length, end)
          .toString()
          .trim(),
        noise: received.subarray(0, at).toString(),
      });
      if (rest.length > 0) stream.unshift(rest);
    };
    const onEnd = () => settle({ word: null, noise: received.toString() });
    stream.on('data', onData).once('end', onEnd).once('close', onEnd).resume();
  });
}
