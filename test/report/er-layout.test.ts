import fc from 'fast-check';
import { expect, it } from 'vitest';
import { box, type PlacedKey, type PlacedTable, placed } from '../../src/report/er-layout.ts';
import type { Diagram } from '../../src/report/report-data.ts';
import { byExtent } from '../run/sample.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Returns points along a path of lines and cubic curves, at most one unit apart. */
function pointsAlong(path: string): readonly Point[] {
  const points: Point[] = [];
  let last: Point = { x: 0, y: 0 };
  for (const [, letter = '', numbers = ''] of path.matchAll(/([MLC])([^MLC]+)/g)) {
    const values = numbers.trim().split(/\s+/).map(Number);
    const ends = Array.from({ length: values.length / 2 }, (_, at) => ({
      x: values[2 * at] ?? Number.NaN,
      y: values[2 * at + 1] ?? Number.NaN,
    }));
    const controls = [last, ...ends];
    if (letter !== 'M') points.push(...sampled(controls));
    last = ends.at(-1) ?? last;
  }
  return points;
}

/** Returns points on a Bézier curve of any degree (de Casteljau's algorithm). */
function sampled(controls: readonly Point[]): readonly Point[] {
  const length = controls.slice(1).reduce((sum, { x, y }, index) => {
    const before = controls[index] ?? { x, y };
    return sum + Math.hypot(x - before.x, y - before.y);
  }, 1);
  const steps = Math.ceil(length);
  return Array.from({ length: steps + 1 }, (_, step) => at(controls, step / steps));
}

function at([first, ...rest]: readonly Point[], share: number): Point {
  if (first === undefined) throw new Error('a curve has points');
  if (rest.length === 0) return first;
  const between = rest.map((next, index) => {
    const before = index === 0 ? first : (rest[index - 1] ?? first);
    return { x: before.x + (next.x - before.x) * share, y: before.y + (next.y - before.y) * share };
  });
  return at(between, share);
}

function crossed({ path }: PlacedKey, tables: readonly PlacedTable[]): readonly string[] {
  const along = pointsAlong(path);
  const isIn = (table: PlacedTable) => (point: Point) =>
    point.x > table.x + 0.5 &&
    point.x < table.x + box.width - 0.5 &&
    point.y > table.y &&
    point.y < table.y + table.height;
  return tables.filter((table) => along.some(isIn(table))).map(({ name }) => name);
}

const overlapping = (tables: readonly PlacedTable[]) =>
  tables.flatMap((one, index) =>
    tables
      .slice(index + 1)
      .filter(
        (other) =>
          Math.abs(one.x - other.x) < box.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      )
      .map((other) => `${one.name} ${other.name}`),
  );

/** Diagrams with cycles, self-references, several foreign keys between two tables, and isolated tables. */
const diagrams: fc.Arbitrary<Diagram> = fc
  .integer({ min: 0, max: 24 })
  .chain((count) =>
    fc.tuple(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: count, maxLength: count }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(8)), { maxLength: count * 2 }),
    ),
  )
  .map(([sizes, links]) => ({
    of: 'a database',
    tables: sizes.map((size, index) => ({
      name: `s${index % 2}.t${index}`,
      schema: `s${index % 2}`,
      columns: Array.from({ length: size }, (_, column) => ({ name: `c${column}`, keys: 'FK' })),
    })),
    keys: links.flatMap(([one, other, column]) =>
      sizes.length === 0
        ? []
        : [
            {
              from: `s${(one % sizes.length) % 2}.t${one % sizes.length}`,
              column: `c${column}`,
              to: `s${(other % sizes.length) % 2}.t${other % sizes.length}`,
            },
          ],
    ),
  }));

it('draws no line across a table, and no table across another, whatever the schema', () => {
  fc.assert(
    fc.property(diagrams, (diagram) => {
      const { tables, keys } = placed(diagram);
      expect(tables).toHaveLength(diagram.tables.length);
      expect(keys).toHaveLength(diagram.keys.length);
      expect(overlapping(tables)).toEqual([]);
      for (const key of keys) expect(crossed(key, tables), key.path).toEqual([]);
    }),
    { numRuns: byExtent({ usual: 60, all: 600 }) },
  );
}, 120_000);

it('notices a line that crosses a table', () => {
  const table = { name: 'a', schema: 's', columns: [], x: 10, y: 10, height: 30 };
  const key = { from: 'b', column: 'c', to: 'd', crossSchema: false, path: 'M0 0 C0 20 300 20 300 40' };
  expect(crossed(key, [table])).toEqual(['a']);
});

it('has the same layout for the same diagram', () => {
  const [diagram] = fc.sample(diagrams, { numRuns: 1, seed: 7 });
  if (diagram === undefined) throw new Error('no sample');
  expect(placed(diagram)).toEqual(placed(structuredClone(diagram)));
});
