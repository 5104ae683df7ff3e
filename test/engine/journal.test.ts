import { expect, it } from 'vitest';
import { FileFault } from '../../src/domain/ports/files.ts';
import { Journal, readRecorded } from '../../src/engine/journal.ts';
import { MemoryAppendFile } from '../support/disk/memory-append-file.ts';
import { tickingClock } from '../support/report/bench.ts';

const skip = { type: 'skipped', step: '2.4', reason: 'later' } as const;
const finish = { type: 'finished', exit: 0 } as const;

async function opened(text = ''): Promise<{ file: MemoryAppendFile; journal: Journal }> {
  const file = new MemoryAppendFile(text);
  return { file, journal: await Journal.open(file, tickingClock()) };
}

function types(text: string): string[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line): string => JSON.parse(line).type);
}

it('writes one line for each record, with the version and the time', async () => {
  const { file, journal } = await opened();
  await journal.add(skip);
  await journal.add(finish);
  expect(types(file.text)).toEqual(['skipped', 'finished']);
  expect(file.text.split('\n')[0]).toMatch(/^\{"v":2,"at":"2026-11-22T21:04:00.000Z","type":"skipped"/);
});

it('removes a truncated last line and continues there', async () => {
  const { file, journal } = await opened('{"v":1,"at":"2026-11-2');
  await journal.add(finish);
  expect(types(file.text)).toEqual(['finished']);
});

it('completes a last record that lacks its line end before it writes the next', async () => {
  const before = await opened();
  await before.journal.add(skip);
  const { file, journal } = await opened(before.file.text.trimEnd());
  await journal.add(finish);
  expect(types(file.text)).toEqual(['skipped', 'finished']);
  expect(journal.recorded.records).toHaveLength(2);
});

it('does not change a journal of a newer format', async () => {
  const text = '{"v":3,"at":"2026-11-22T21:04:00.000Z"}\n{"torn';
  const file = new MemoryAppendFile(text);
  await expect(Journal.open(file, tickingClock())).rejects.toMatchObject({
    problems: [{ code: 'ERP-0221' }],
  });
  await expect(readRecorded(file)).rejects.toMatchObject({ problems: [{ code: 'ERP-0221' }] });
  expect(file.text).toBe(text);
});

it('leaves no partial line if the disk is full, and continues when there is space again', async () => {
  const { file, journal } = await opened();
  await journal.add(skip);
  file.room = 20;
  await expect(journal.add(finish)).rejects.toThrow('ENOSPC');
  expect(types(file.text)).toEqual(['skipped']);
  expect(journal.recorded.records).toHaveLength(1);
  file.room = 1000;
  await journal.add(finish);
  expect(types(file.text)).toEqual(['skipped', 'finished']);
});

it('reports why a record could not be written even if the partial line cannot be removed either', async () => {
  const { file, journal } = await opened();
  file.room = 20;
  file.stuck = true;
  await expect(journal.add(skip)).rejects.toThrow('ENOSPC');
});

it('writes nothing after a partial line that could not be removed', async () => {
  const { file, journal } = await opened();
  await journal.add(skip);
  file.room = 20;
  file.stuck = true;
  await expect(journal.add(finish)).rejects.toThrow(FileFault);
  file.room = 1000;
  await expect(journal.add(finish)).rejects.toThrow(FileFault);
  expect(types(file.text)).toEqual(['skipped']);
  file.stuck = false;
  await journal.add(finish);
  expect(types(file.text)).toEqual(['skipped', 'finished']);
});
