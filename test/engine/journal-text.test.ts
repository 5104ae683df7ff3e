import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inWorkspace } from '../../src/domain/command-text.ts';
import { parseJournal } from '../../src/engine/journal-text.ts';

/** Parses a text or bytes. */
const parsedOf = (text: string | Uint8Array) => parseJournal(Buffer.from(text), path);

const path = '.erp-deploy/journal.jsonl';
const at = '2026-11-22T21:04:00.000Z';
const skipped = { v: 2, at, type: 'skipped', step: '2.4', reason: 'nicht nötig – später ✔' };
const finished = { v: 2, at, type: 'finished', exit: 0 };
const first = `${JSON.stringify(skipped)}\n`;
const second = JSON.stringify(finished);

it('reads nothing from an empty journal', () => {
  expect(parsedOf('')).toEqual({ records: [], wholeBytes: 0, endsWithoutNewline: false });
});

it('reads records in the order in which they were written', () => {
  expect(parsedOf(`${first}${second}\n`)).toMatchObject({
    records: [skipped, finished],
    endsWithoutNewline: false,
  });
});

it('accepts a last line that a kill truncated at any byte', () => {
  const last = Buffer.from(first);
  for (let length = 0; length < last.length - 1; length++) {
    const torn = Buffer.concat([Buffer.from(`${second}\n`), last.subarray(0, length)]);
    expect(parsedOf(torn), `torn after ${length} bytes`).toEqual({
      records: [finished],
      wholeBytes: second.length + 1,
      endsWithoutNewline: false,
    });
  }
});

it('keeps a last record that lacks only its line end', () => {
  const text = `${first}${second}`;
  expect(parsedOf(text)).toEqual({
    records: [skipped, finished],
    wholeBytes: Buffer.byteLength(text),
    endsWithoutNewline: true,
  });
});

it('measures complete lines in bytes, not in characters', () => {
  const parsed = parsedOf(`${first}{"v`);
  expect(parsed).toMatchObject({ wholeBytes: Buffer.byteLength(first) });
  expect(Buffer.byteLength(first)).toBeGreaterThan(first.length);
});

it('refuses a damaged line in the middle, and names it', () => {
  const parsed = parsedOf(`${first}{"v":1,"type":\n${second}\n`);
  expect(parsed).toMatchObject({ problem: { code: 'ERP-0220', exit: 3 } });
  expect(parsed).toMatchObject({
    problem: { todo: [{ command: ['sed', '-n', '2p', inWorkspace(path)] }, {}, {}] },
  });
});

it('refuses a record of an unknown kind', () => {
  const parsed = parsedOf(`${JSON.stringify({ v: 2, at, type: 'dreamt' })}\n`);
  expect(parsed).toMatchObject({ problem: { code: 'ERP-0220' } });
});

it.each([
  ['in the middle', (newer: string) => `${newer}\n${second}\n`],
  ['as its last line', (newer: string) => `${second}\n${newer}\n`],
  ['as a last line without its end', (newer: string) => `${second}\n${newer}`],
])('refuses a newer format %s', (_, textOf) => {
  const newer = JSON.stringify({ v: 3, at, type: 'unheard-of' });
  expect(parsedOf(textOf(newer))).toMatchObject({ problem: { code: 'ERP-0221', exit: 3 } });
});

it('returns a problem or records for any text, and never throws', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(second), fc.json(), fc.string()), { maxLength: 6 }),
      (lines) => {
        const text = lines.join('\n');
        const parsed = parsedOf(text);
        if ('records' in parsed) expect(parsed.wholeBytes).toBeLessThanOrEqual(Buffer.byteLength(text));
      },
    ),
  );
});

it('cuts a truncated line at its first byte even if its bytes are not UTF-8', () => {
  const invalid = Buffer.from([0x7b, 0xff, 0xfe, 0xc3]);
  const torn = Buffer.concat([Buffer.from(first), invalid]);
  expect(parsedOf(torn)).toMatchObject({ records: [skipped], wholeBytes: Buffer.byteLength(first) });
});

it('refuses a complete line that is not UTF-8', () => {
  const line = Buffer.from(`${JSON.stringify({ ...skipped, reason: '\xff' })}\n`, 'latin1');
  expect(parsedOf(Buffer.concat([line, Buffer.from(first)]))).toMatchObject({
    problem: { code: 'ERP-0220' },
  });
});
