import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byExtent } from '../run/sample.ts';
import { asyncParsers, type Parser, parsers } from './parsers.ts';

const numRuns = byExtent({ usual: 2_000, all: 15_000 });

/** Texts of any characters, of pieces that mean something to the parser, and of both. */
function textsFor({ pieces }: Parser): fc.Arbitrary<string> {
  const piece = fc.constantFrom(...pieces);
  const any = fc.string({ unit: 'binary', maxLength: 12 });
  return fc
    .array(fc.oneof({ weight: 4, arbitrary: piece }, any), { maxLength: 24 })
    .map((parts) => parts.join(''));
}

it.each(Object.entries(parsers))(
  'the parser of a %s handles any text',
  (_, parser) => {
    fc.assert(
      fc.property(textsFor(parser), (text) => {
        parser.parse(text);
      }),
      { numRuns },
    );
  },
  120_000,
);

it.each(Object.entries(asyncParsers))(
  'the parser of a %s handles any text',
  async (_, parser) => {
    await fc.assert(
      fc.asyncProperty(textsFor(parser), async (text) => {
        expect(await parser.parse(text)).toBeDefined();
      }),
      { numRuns },
    );
  },
  120_000,
);
