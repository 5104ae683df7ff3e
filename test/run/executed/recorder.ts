/**
 * Loaded first by a built program whose coverage is measured: when the process ends, writes which functions of its
 * scripts were called. A process that is killed by SIGKILL writes nothing.
 */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { PreciseCoverage } from './precise-coverage.ts';

/** Replaced by the build with an absolute path, so that a copied program writes there as well. */
declare const calledFolder: string;

const coverage = new PreciseCoverage();
const dist = new URL('../dist/', import.meta.url).href;
const file = `${calledFolder}/${process.pid}-${Date.now()}.json`;

process.on('exit', () => {
  const ours = coverage.take().filter(({ url }) => url.startsWith(dist));
  const starts = ours.map(({ url, functions }) => [basename(url), functions.map(({ start }) => start)]);
  writeFileSync(file, JSON.stringify(Object.fromEntries(starts)));
});
