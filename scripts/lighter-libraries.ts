import { readFileSync } from 'node:fs';
import { sep } from 'node:path';
import type { Plugin } from 'esbuild';
import { singleColumn } from '../src/screens/single-column.ts';

/** Replaces a text in a file of a library. */
type Replacement = readonly [text: string, replacement: string];

/**
 * Delays what takes milliseconds to construct until it is used. Text of single columns, and the escape before a color,
 * needs no segmenter: each code unit is a grapheme.
 */
const onDemand = `const onDemand = (make, method) => {
  let made;
  return { [method]: (text) => (made ??= make())[method](text) };
};
const inUnits = ${new RegExp(singleColumn.source.replace('[', '[\\x1b\\n'))};
const unitsOf = (text) => Array.from(text, (segment, index) => ({ segment, index }));
const iterated = (segmenter) => ({
  segment: (text) => (inUnits.test(text) ? unitsOf(text) : segmenter.segment(text)),
});
`;

const delayed = (make: string, method: string) => `onDemand(() => ${make}, '${method}')`;

/** @param use `iterated` if the library only iterates over the segments */
const segmenter = (options: string, use = ''): Replacement => {
  const make = `new Intl.Segmenter(${options})`;
  return [`= ${make};`, `= ${use}(${delayed(make, 'segment')});`];
};

/**
 * What made a first frame slow in Ink's libraries: segmenters and a table of emoji were constructed although it needs
 * neither, and yoga fetched its WebAssembly, which it contains, by `fetch`, which loads Node's client of HTTP/2. Without
 * `fetch`, it decodes it.
 */
const replacements: Readonly<Record<string, readonly Replacement[]>> = {
  'yoga-layout/dist/binaries/yoga-wasm-base64-esm.js': [
    ['var loadYoga =', 'const fetch = undefined;\nvar loadYoga ='],
  ],
  'string-width/index.js': [
    segmenter('', 'iterated'),
    ['= /^\\p{RGI_Emoji}$/v;', `= ${delayed('/^\\p{RGI_Emoji}$/v', 'test')};`],
    ['/^[\\u0020-\\u007E]*$/.test(string)', `${singleColumn}.test(string)`],
  ],
  'wrap-ansi/index.js': [segmenter('', 'iterated')],
  'slice-ansi/tokenize-ansi.js': [segmenter("undefined, {granularity: 'grapheme'}")],
  'ink/build/line-update.js': [segmenter("undefined, { granularity: 'grapheme' }", 'iterated')],
  '@alcalzone/ansi-tokenize/build/tokenize.js': [
    segmenter('undefined, { granularity: "grapheme" }', 'iterated'),
  ],
};

/**
 * Makes libraries start faster, with the same results.
 * @throws an error if a library no longer contains what is replaced: then look at what it does now
 */
export const lighterLibraries: Plugin = {
  name: 'lighter-libraries',
  setup({ onLoad, onEnd }) {
    const left = new Set(Object.keys(replacements));
    const filter = /[\\/](?:yoga-layout|string-width|wrap-ansi|slice-ansi|ink|ansi-tokenize)[\\/].*\.js$/;
    onLoad({ filter }, ({ path }) => {
      const name = path.replaceAll(sep, '/').replace(/^.*\/node_modules\//, '');
      const all = replacements[name];
      if (all === undefined) return undefined;
      left.delete(name);
      const contents = all.reduce((text, one) => replacedOnce(text, one, name), readFileSync(path, 'utf8'));
      return { contents: onDemand + contents, loader: 'js' };
    });
    onEnd(() => {
      if (left.size > 0) throw new Error(`not in the bundle: ${[...left].join(', ')}`);
    });
  },
};

function replacedOnce(text: string, [before, after]: Replacement, name: string): string {
  if (text.split(before).length !== 2)
    throw new Error(`${name} does not contain this exactly once: ${before}`);
  return text.replace(before, () => after);
}
