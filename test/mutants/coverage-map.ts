import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The measurement of a test file. */
export interface Measured {
  /** CPU seconds, including those of the programs that it starts. */
  readonly seconds: number;
  /** Paths of the files below src/ in which it called a function. */
  readonly sources: readonly string[];
}

/** Measurements by the path of the test file, relative to the checkout. */
export type CoverageMap = ReadonlyMap<string, Measured>;

/**
 * The committed form, which is compact: the test files of a source file are indexes in the list of test files, such as
 * `0 3-17`.
 */
const fileSchema = z.object({
  tests: z.record(z.string(), z.number()),
  covered: z.record(z.string(), z.string()),
});

const coverageFile = fileURLToPath(new URL('./coverage.json', import.meta.url));

/** Reads test/mutants/coverage.json; an empty map if it does not exist. */
export function readCoverage(): CoverageMap {
  return existsSync(coverageFile) ? parseCoverage(readFileSync(coverageFile, 'utf8')) : new Map();
}

export function writeCoverage(map: CoverageMap): void {
  writeFileSync(coverageFile, coverageText(map));
}

export function parseCoverage(text: string): CoverageMap {
  const { tests, covered } = fileSchema.parse(JSON.parse(text));
  const sources = Object.keys(tests).map((): string[] => []);
  for (const [source, places] of Object.entries(covered)) {
    for (const place of placesIn(places)) sources[place]?.push(source);
  }
  const measured = Object.entries(tests).map(([test, seconds], place): [string, Measured] => [
    test,
    { seconds, sources: sources[place] ?? [] },
  ]);
  return new Map(measured);
}

export function coverageText(map: CoverageMap): string {
  const tests = [...map].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const covered = new Map<string, number[]>();
  for (const [place, [, { sources }]] of tests.entries()) {
    for (const source of sources) covered.set(source, [...(covered.get(source) ?? []), place]);
  }
  const lines = [...covered].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const file = {
    tests: Object.fromEntries(tests.map(([test, { seconds }]) => [test, seconds])),
    covered: Object.fromEntries(lines.map(([source, places]) => [source, placesText(places)])),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function placesIn(text: string): readonly number[] {
  return text.split(' ').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** @param places in ascending order */
function placesText(places: readonly number[]): string {
  const parts: { first: number; last: number }[] = [];
  for (const place of places) {
    const last = parts.at(-1);
    if (last !== undefined && last.last === place - 1) last.last = place;
    else parts.push({ first: place, last: place });
  }
  return parts.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(' ');
}
