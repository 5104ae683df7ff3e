import { expect, it } from 'vitest';
import { parsers } from './parsers.ts';

/** Characters of the shortest text. */
const shortest = 8_000;
/** Milliseconds of CPU time below which a measurement says nothing about growth. */
const measurable = 15;
/** How many times as long the longest text is. */
const growth = 16;
/** It costs a linear parser 16 times as much, a quadratic one 256; the rest is for the garbage collector. */
const mostCost = 40;
/** A busy machine slows one measurement; a parser that is not linear fails every one. */
const measurements = 3;

/** Shapes that make a careless expression try every start, or every end, of a long word. */
const shapes: Readonly<Record<string, string | ((index: number) => string)>> = {
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
  'distinct keys': (index) => `a${String(index).padStart(6, '0')}:\n`,
  records: '{"v":1}\n',
};

const cases = Object.keys(parsers).flatMap((name) =>
  Object.keys(shapes).map((shape) => [name, shape] as const),
);

function textOfShape(unit: string | ((index: number) => string), length: number): string {
  const one = (index: number) => (typeof unit === 'string' ? unit : unit(index));
  return Array.from({ length: Math.ceil(length / one(0).length) }, (_, index) => one(index)).join('');
}

/** Returns milliseconds of CPU time. */
function costOf(parse: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage();
  parse(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

it.each(cases)(
  'a %s of "%s" without end takes linear time',
  (name, shape) => {
    const { parse } = parsers[name] ?? { parse: () => undefined };
    const textOf = (length: number) => textOfShape(shapes[shape] ?? '', length);
    const growths = [];
    for (let attempt = 0; attempt < measurements; attempt += 1) {
      const [first, second] = [costOf(parse, textOf(shortest)), costOf(parse, textOf(growth * shortest))];
      if (second < measurable || second / first <= mostCost) return;
      growths.push({ first, second });
    }
    expect(growths).toEqual([]);
  },
  60_000,
);
