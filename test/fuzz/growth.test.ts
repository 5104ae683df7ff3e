import { expect, it } from 'vitest';
import { parsers } from './parsers.ts';

/** Length of the shortest text in characters. */
const shortest = 8_000;
/**
 * Milliseconds of CPU time. A lower cost counts as this, because the compiler and the garbage collector may take as
 * much.
 */
const leastCost = 20;
/** Allowed factor for double the length: 2 is linear, the rest is for the garbage collector. */
const mostPerDoubling = 3;
/** Number of attempts: a busy machine slows a single measurement, but a non-linear parser fails all. */
const measurements = 3;

/** Texts for which a careless regular expression tries every start, or every end, of a long word. */
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

/** Returns the lowest CPU time of several calls, in milliseconds. */
function costOf(parse: (text: string) => unknown, text: string, calls: number): number {
  const once = () => {
    const before = process.threadCpuUsage();
    parse(text);
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  };
  return Math.min(...Array.from({ length: calls }, once));
}

/** Returns the costs of texts of each length if one is too high for a linear parser. */
function excess(parse: (text: string) => unknown, textOf: (length: number) => string): readonly number[] {
  // A small non-linear cost shows only in the longest text.
  const lengths = [
    { times: 1, calls: 3 },
    { times: 2, calls: 3 },
    { times: 4, calls: 3 },
    { times: 16, calls: 1 },
  ];
  const costs: number[] = [];
  for (const [index, { times, calls }] of lengths.entries()) {
    const cost = costOf(parse, textOf(times * shortest), calls);
    costs.push(cost);
    const doublings = Math.log2(times / (lengths[index - 1]?.times ?? times));
    const most = Math.max(leastCost, costs[index - 1] ?? cost) * mostPerDoubling ** doublings;
    if (cost > most) return costs;
  }
  return [];
}

it.each(cases)(
  'a %s of many "%s" takes linear time',
  (name, shape) => {
    const { parse } = parsers[name] ?? { parse: () => undefined };
    const textOf = (length: number) => textOfShape(shapes[shape] ?? '', length);
    const found = [];
    for (let measurement = 0; measurement < measurements; measurement += 1) {
      const costs = excess(parse, textOf);
      if (costs.length === 0) return;
      found.push(costs);
    }
    expect(found).toEqual([]);
  },
  60_000,
);
