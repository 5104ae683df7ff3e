import { cpus, totalmem } from 'node:os';
import type { Measured } from './measure.ts';
import type { TimedRow } from './testbed/rows.ts';

/** Returns what exceeds its budget, one sentence for each. */
export function exceeded(measured: readonly Measured[]): readonly string[] {
  return measured.flatMap(({ row, ratio, megabytes }) => [
    // Not a comparison with `>`, which is false for NaN.
    ...(ratio <= row.budget ? [] : [`${row.name}: ${ratio.toFixed(2)} times, the budget is ${row.budget}`]),
    ...(row.megabytes === undefined || megabytes <= row.megabytes
      ? []
      : [`${row.name}: ${Math.round(megabytes)} MB, the budget is ${row.megabytes} MB`]),
  ]);
}

/** The same, of wall times. */
export function exceededTimes(rows: readonly TimedRow[]): readonly string[] {
  return rows.flatMap(({ name, value, budget, unit }) =>
    value <= budget ? [] : [`${name}: ${value.toFixed(2)} ${unit}, the budget is ${budget} ${unit}`],
  );
}

/** Returns wall times as a Markdown document. */
export function timesText(rows: readonly TimedRow[], rounds: number): string {
  const lines = rows.map(
    ({ name, value, budget, unit, seconds, comparison }) =>
      `| ${name} | ${value.toFixed(2)} ${unit} | ${budget} ${unit} | ${seconds.toFixed(1)} s | ${comparison === null ? '' : `${comparison.toFixed(1)} s`} |`,
  );
  return [
    '# Times',
    '',
    `Made by \`npm run bench -- --testbed\`: medians of ${rounds} rounds, of 5 at 300 ms. Times are wall times.`,
    '',
    `Machine: ${machine()}.`,
    '',
    '| row | median | budget | erp-deploy | compared with |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

/** Returns the results as a Markdown document. */
export function resultsText(measured: readonly Measured[], pairs: number): string {
  const rows = measured.map(
    ({ row, ratio, seconds, comparisonSeconds, megabytes }) =>
      `| ${row.name} | ${ratio.toFixed(2)} | ${row.budget} | ${milliseconds(seconds)} | ${milliseconds(comparisonSeconds)} | ${Math.round(megabytes)} MB |`,
  );
  return [
    '# Benchmark',
    '',
    `Made by \`npm run bench\`: medians of ${pairs} pairs, started in turn. Times are CPU time (user and system).`,
    '',
    `Machine: ${machine()}.`,
    '',
    '![Ratios and budgets](results.svg)',
    '',
    '| row | ratio | budget | erp-deploy | compared with | memory |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown'}, ${memory} GiB, Node ${process.versions.node}, ${process.platform}`;
}

const milliseconds = (seconds: number) => `${Math.round(seconds * 1000)} ms`;

const width = 640;
const rowHeight = 34;
const labelWidth = 150;

/** Returns a bar chart of the ratios; a line on each bar marks its budget. */
export function resultsChart(measured: readonly Measured[]): string {
  const most = Math.max(...measured.flatMap(({ row, ratio }) => [row.budget, ratio])) * 1.15;
  const scale = (value: number) => Math.round((value / most) * (width - labelWidth - 20));
  const bars = measured.map(({ row, ratio }, place) => {
    const top = 30 + place * rowHeight;
    const color = ratio <= row.budget ? '#2f7d4f' : '#b3372f';
    const budget = labelWidth + scale(row.budget);
    return [
      `<text x="${labelWidth - 8}" y="${top + 15}" text-anchor="end">${row.name}</text>`,
      `<rect x="${labelWidth}" y="${top}" width="${scale(ratio)}" height="20" fill="${color}"/>`,
      `<text x="${labelWidth + 6}" y="${top + 15}" fill="#fff">${ratio.toFixed(2)}</text>`,
      `<line x1="${budget}" x2="${budget}" y1="${top - 3}" y2="${top + 23}" stroke="#222" stroke-width="2"/>`,
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${40 + measured.length * rowHeight}" font-family="sans-serif" font-size="13" role="img">`,
    '<title>CPU time as a multiple of the comparison</title>',
    `<rect width="100%" height="100%" fill="#fff"/>`,
    '<text x="8" y="18">CPU time as a multiple of the comparison; the line is the budget</text>',
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}
