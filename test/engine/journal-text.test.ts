import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inWorkspace } from '../../src/domain/command-text.ts';
import { parseJournal } from '../../src/engine/journal-text.ts';

const path = '.erp-deploy/journal.jsonl';
const at = '2026-11-22T21:04:00.000Z';
const skipped = { v: 1, at, type: 'skipped', step: '2.4', reason: 'nicht nötig – später ✔' };
const finished = { v: 1, at, type: 'finished', exit: 0 };
const first = `${JSON.stringify(skipped)}\n`;
const second = JSON.stringify(finished);

it('reads nothing from an empty journal', () => {
  expect(parseJournal('', path)).toEqual({ records: [], wholeBytes: 0, endsWithoutNewline: false });
});

it('reads records in the order in which they were written', () => {
  expect(parseJournal(`${first}${second}\n`, path)).toMatchObject({
    records: [skipped, finished],
    endsWithoutNewline: false,
  });
});

it('forgives a last line that a kill tore, at whichever byte', () => {
  const last = Buffer.from(first);
  for (let length = 0; length < last.length - 1; length++) {
    const torn = Buffer.concat([Buffer.from(`${second}\n`), last.subarray(0, length)]).toString('utf8');
    expect(parseJournal(torn, path), `torn after ${length} bytes`).toEqual({
      records: [finished],
      wholeBytes: second.length + 1,
      endsWithoutNewline: false,
    });
  }
});

it('keeps a last record that lacks its line end alone', () => {
  const text = `${first}${second}`;
  expect(parseJournal(text, path)).toEqual({
    records: [skipped, finished],
    wholeBytes: Buffer.byteLength(text),
    endsWithoutNewline: true,
  });
});

it('counts whole lines in bytes, not in characters', () => {
  const parsed = parseJournal(`${first}{"v`, path);
  expect(parsed).toMatchObject({ wholeBytes: Buffer.byteLength(first) });
  expect(Buffer.byteLength(first)).toBeGreaterThan(first.length);
});

it('refuses a damaged line in the middle, and names it', () => {
  const parsed = parseJournal(`${first}{"v":1,"type":\n${second}\n`, path);
  expect(parsed).toMatchObject({ problem: { code: 'ERP-0220', exit: 3 } });
  expect(parsed).toMatchObject({
    problem: { todo: [{ command: ['sed', '-n', '2p', inWorkspace(path)] }, {}, {}] },
  });
});

it('refuses a record of a kind that it does not know', () => {
  const parsed = parseJournal(`${JSON.stringify({ v: 1, at, type: 'dreamt' })}\n`, path);
  expect(parsed).toMatchObject({ problem: { code: 'ERP-0220' } });
});

it.each([
  ['in the middle', (newer: string) => `${newer}\n${second}\n`],
  ['as its last line', (newer: string) => `${second}\n${newer}\n`],
  ['as a last line without its end', (newer: string) => `${second}\n${newer}`],
])('refuses a newer format %s rather than misread it', (_, textOf) => {
  const newer = JSON.stringify({ v: 2, at, type: 'unheard-of' });
  expect(parseJournal(textOf(newer), path)).toMatchObject({ problem: { code: 'ERP-0221', exit: 3 } });
});

it('answers a problem or records for any text, and never throws', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(second), fc.json(), fc.string()), { maxLength: 6 }),
      (lines) => {
        const text = lines.join('\n');
        const parsed = parseJournal(text, path);
        if ('records' in parsed) expect(parsed.wholeBytes).toBeLessThanOrEqual(Buffer.byteLength(text));
      },
    ),
  );
});
