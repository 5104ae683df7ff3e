import type { Blocker, Hazard } from './hazard.ts';

const works = { rewrite: '; rewrites the table', scan: '; reads every row', none: '' } as const;

/** Objects and sessions that are named one by one; the rest is counted. */
const named = 4;

/** Returns a hazard as lines of text: where and what, what it locks, who blocks it now, why, and what to write instead. */
export function hazardLines({
  line,
  what,
  objects,
  work,
  blockers,
  disk,
  why,
  safe,
}: Hazard): readonly string[] {
  const locks = objects.map(objectText);
  const hasLock = objects.some(({ lock }) => lock !== null);
  return [
    `line ${line}: ${what}`,
    ...(locks.length === 0 ? [] : [`  ${listed(locks)}${hasLock ? works[work] : ''}`]),
    ...(disk === undefined ? [] : [`  ${diskText(disk)}`]),
    ...(blockers.length === 0 ? [] : [`  would wait now for ${listed(blockers.map(blockerText))}`]),
    `  ${why}`,
    `  instead: ${safe}`,
  ];
}

function listed(texts: readonly string[]): string {
  const left = texts.length - named;
  return [...texts.slice(0, named), ...(left > 0 ? [`${left} more`] : [])].join(', ');
}

function objectText({ name, lock, rows, bytes }: Hazard['objects'][number]): string {
  const figures = bytes === null ? '' : ` (estimate: ${rowsText(rows)}, ${bytesText(bytes)})`;
  return `${lock === null ? '' : `${lock} on `}${name}${figures}`;
}

function rowsText(rows: number | null): string {
  if (rows === null) return 'rows unknown, never analyzed';
  return rows === 1 ? '1 row' : `${Math.round(rows).toLocaleString('en-US')} rows`;
}

function diskText({ needed, free }: NonNullable<Hazard['disk']>): string {
  const need = `needs ${bytesText(needed)} of disk (2 × table and WAL)`;
  if (free === null) return `${need}; how much is free is not known from here`;
  return free < needed
    ? `${need}, and only ${bytesText(free)} are free`
    : `${need}; ${bytesText(free)} are free`;
}

/** Returns a session without its query, which can quote values. */
export function blockerText({ pid, application, state, seconds }: Omit<Blocker, 'object'>): string {
  const process =
    pid === null ? 'a prepared transaction' : `pid ${pid} (${application || 'no application_name'})`;
  const parts = [pid === null ? '' : state, seconds === null ? '' : `for ${durationText(seconds)}`];
  return [process, ...parts.filter((part) => part !== '')].join(' ');
}

function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** Returns a size in the largest unit of which there is at least one. */
function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const figure = bytes / 1000 ** power;
  return `${power > 0 && figure < 10 ? figure.toFixed(1) : Math.round(figure)} ${units[power]}`;
}
