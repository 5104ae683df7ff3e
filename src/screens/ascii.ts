import type { Output } from '../domain/ports/own-process.ts';
import { columnsOf, graphemesOf } from './columns.ts';

/** The symbols of the wizard, each with ASCII characters of the same width, so that columns stay aligned. */
const substitutes: Readonly<Record<string, string>> = {
  '✔': 'v',
  '✖': 'x',
  '●': '*',
  '○': 'o',
  '–': '-',
  '≠': '!',
  '⊘': '#',
  '⇄': '=',
  '▸': '>',
  '›': '>',
  '▏': '_',
  '│': '|',
  '─': '-',
  '█': '#',
  '░': '.',
  '…': '~',
  '·': '-',
  '•': '*',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '⏎': '<',
  '×': 'x',
};

const others = /[^\0-\x7f]+/g;

/** Returns the text in ASCII and with the same width; a character without a substitute becomes `?`. */
export function asciiText(text: string): string {
  return text.replace(others, (part) =>
    graphemesOf(part)
      .map((one) => substitutes[one] ?? '?'.repeat(columnsOf(one)))
      .join(''),
  );
}

/** Returns a stream that converts everything to ASCII and writes it to the given stream. */
export function asciiOutput(stream: Output): Output {
  const write = (text: string | Uint8Array, ...rest: readonly unknown[]) =>
    Reflect.apply(stream.write, stream, [typeof text === 'string' ? asciiText(text) : text, ...rest]);
  return new Proxy(stream, {
    get: (target, name) => {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Names of the keys that are otherwise shown by a symbol, and arrows. */
const keyNames: readonly (readonly [string, string])[] = [
  ['⏎', 'Enter'],
  ['↑↓', 'Up/Down'],
  ['↑ ↓', 'Up Down'],
  ['→', 'Right'],
  ['←', 'Left'],
];

/** Returns the name of a key in ASCII: `⏎` is `Enter`. */
export function asciiKey(key: string): string {
  return keyNames.reduce((name, [sign, word]) => name.replace(sign, word), key);
}
