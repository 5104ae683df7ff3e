import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { KeptOutput } from './kept-output.ts';

/**
 * The longest line in characters; a longer one is split, because a program may print megabytes without a line's end.
 */
const longest = 2 ** 16;

/** Characters that are kept of an answer: more than any that a step reads. */
const keptOfAnswer = 4 * 2 ** 20;

/** Characters that are kept of an output that is only quoted if the program fails. */
const keptToQuote = 2 ** 16;

export interface LineOptions {
  /** Receives each line as it arrives. */
  readonly onLine: ((line: string) => void) | undefined;
  /** Whether the output is used line by line only, so that a short end of it is enough. */
  readonly streamed: boolean;
  /** Called for each chunk. */
  readonly heard?: () => void;
  /** Skips everything up to the line that contains it, which the login shell printed. */
  readonly marker?: string | undefined;
}

/** Reports the lines of an output, and keeps the end of it. */
export function linesOf(
  stream: Readable,
  { onLine, streamed, heard = () => undefined, marker }: LineOptions,
): { text(): string } {
  const decoder = new StringDecoder('utf8');
  const kept = new KeptOutput(streamed ? keptToQuote : keptOfAnswer);
  let [open, own] = ['', marker === undefined];
  const emit = (line: string) => onLine?.(line);
  const take = (text: string) => {
    kept.add(text);
    if (onLine === undefined) return;
    const lines = `${open}${text}`.split('\n');
    open = lines.pop() ?? '';
    lines.forEach(emit);
    for (; open.length > longest; open = open.slice(longest)) emit(open.slice(0, longest));
  };
  /** Returns what follows the marker's line; undefined until that line is complete. */
  const afterMarker = (text: string): string | undefined => {
    open += text;
    const end = marker === undefined ? -1 : open.indexOf(`${marker}\n`);
    if (end === -1) {
      // The login shell may print without end: only the beginning of a marker matters.
      open = open.slice(-(marker?.length ?? 0));
      return undefined;
    }
    const rest = open.slice(end + `${marker}\n`.length);
    open = '';
    own = true;
    return rest;
  };
  stream.on('data', (chunk: Buffer) => {
    heard();
    const text = decoder.write(chunk);
    const output = own ? text : afterMarker(text);
    if (output !== undefined) take(output);
  });
  stream.once('end', () => {
    if (!own) return;
    take(decoder.end());
    if (open !== '') emit(open);
    open = '';
  });
  stream.resume();
  return { text: () => kept.text() };
}

/**
 * Reads one chunk of a stream per turn of the event loop. Otherwise a program that prints very fast would delay key
 * presses and timers by dozens of chunks.
 */
export function paced(stream: Readable): void {
  stream.on('data', () => {
    stream.pause();
    setImmediate(() => stream.resume());
  });
}

/** Resolves when the stream was read to its end. */
export function endRead(stream: Readable): Promise<void> {
  return new Promise((ended) => {
    if (stream.readableEnded) ended();
    else stream.once('end', () => ended());
  });
}
