import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { KeptOutput } from './kept-output.ts';

/** Characters of a line that is told in one piece: a program may print megabytes without a line's end. */
const longest = 2 ** 16;

/**
 * Tells each line as it comes, and keeps the end of all that is said.
 * @param heard called for each piece that comes
 * @param marker lines up to this one's are the login shell's
 */
export function linesOf(
  stream: Readable,
  heard: () => void,
  onLine?: (line: string) => void,
  marker?: string,
): { text(): string } {
  const decoder = new StringDecoder('utf8');
  const kept = new KeptOutput();
  let [open, own] = ['', marker === undefined];
  const tell = (line: string) => onLine?.(line);
  const take = (text: string) => {
    kept.add(text);
    if (onLine === undefined) return;
    const lines = `${open}${text}`.split('\n');
    open = lines.pop() ?? '';
    lines.forEach(tell);
    for (; open.length > longest; open = open.slice(longest)) tell(open.slice(0, longest));
  };
  /** What follows the marker's line; undefined as long as that has not come. */
  const behindMarker = (text: string): string | undefined => {
    open += text;
    const end = marker === undefined ? -1 : open.indexOf(`${marker}\n`);
    if (end === -1) return undefined;
    const rest = open.slice(end + `${marker}\n`.length);
    open = '';
    own = true;
    return rest;
  };
  stream.on('data', (chunk: Buffer) => {
    heard();
    const text = decoder.write(chunk);
    const said = own ? text : behindMarker(text);
    if (said !== undefined) take(said);
  });
  stream.once('end', () => {
    if (!own) return;
    take(decoder.end());
    if (open !== '') tell(open);
    open = '';
  });
  stream.resume();
  return { text: () => kept.text() };
}

/**
 * Takes one piece of a stream in each turn of the event loop: a program that prints as fast as it can would keep
 * keys and clocks waiting for dozens of pieces at a time.
 */
export function paced(stream: Readable): void {
  stream.on('data', () => {
    stream.pause();
    setImmediate(() => stream.resume());
  });
}

export function endRead(stream: Readable): Promise<void> {
  return new Promise((ended) => {
    if (stream.readableEnded) ended();
    else stream.once('end', () => ended());
  });
}
