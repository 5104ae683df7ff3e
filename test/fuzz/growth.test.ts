import { expect, it } from 'vitest';
import { parsers } from './parsers.ts';

/** Characters of the shortest text. */
const shortest = 8_000;
/** Milliseconds of CPU time below which a measurement says nothing about growth. */
const measurable = 15;
/** Linear is 2; the rest is for the garbage collector. */
const mostPerDoubling = 3;

/** Shapes that make a careless expression try every start, or every end, of a long word. */
const shapes: Readonly<Record<string, string>> = {
  'a.': 'a.',
  'a@': 'a@',
  '://': '://',
  'a://': 'a://',
  '?': '?',
  '?a': '?a=',
  '%': '%',
  _: '_',
  '`': '`',
  '"': '"',
  "'": "'",
  $: '$',
  $a: '$a$b',
  '/*': '/*',
  '-- ': '-- \n',
  '(': '(',
  blanks: ' ',
  'blank lines': ' \n',
  'carriage returns': '\r',
  escapes: '\x1b[',
  'open sequences': '\x1b]0;',
  bidi: '\u202e',
  marks: '<!-- erp-deploy:begin schema -->\n',
  fences: '```\n',
  'list items': '- a\n',
  colons: 'a:\n',
  records: '{"v":1}\n',
};

const cases = Object.keys(parsers).flatMap((name) =>
  Object.keys(shapes).map((shape) => [name, shape] as const),
);

/** Returns milliseconds of CPU time, the best of three. */
function costOf(parse: (text: string) => unknown, text: string): number {
  const once = () => {
    const before = process.cpuUsage();
    parse(text);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  return Math.min(once(), once(), once());
}

it.each(cases)(
  'a %s of "%s" without end takes linear time',
  (name, shape) => {
    const { parse } = parsers[name] ?? { parse: () => undefined };
    const unit = shapes[shape] ?? '';
    const textOf = (length: number) => unit.repeat(Math.ceil(length / unit.length));
    const costs = [1, 2, 4].map((factor) => costOf(parse, textOf(factor * shortest)));
    const [first = 0, second = 0, third = 0] = costs;
    if (third < measurable) return;
    expect({
      costs,
      ratios: [second / first, third / second].map((ratio) => ratio <= mostPerDoubling),
    }).toEqual({
      costs,
      ratios: [true, true],
    });
  },
  60_000,
);
