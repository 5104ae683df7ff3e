import { z } from 'zod';
import { inWorkspace } from '../domain/command-text.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { type JournalRecord, journalVersion, recordSchema } from './journal-format.ts';

export type JournalText =
  | {
      readonly records: readonly JournalRecord[];
      /** Length in bytes of the whole lines; what follows was cut off while it was written. */
      readonly wholeBytes: number;
      /** A last record that is whole but for its line end: kept, and ended before the next one. */
      readonly endsWithoutNewline: boolean;
    }
  | { readonly problem: Problem };

const versioned = z.looseObject({ v: z.int() });

/**
 * Reads a journal. A torn last line is what a kill leaves, and no fault; anything else that cannot be
 * read is one, since going on would act on half of what happened.
 */
export function parseJournal(text: string, path: string): JournalText {
  const lines = text.split('\n');
  const tail = lines.pop() ?? '';
  const records: JournalRecord[] = [];
  for (const [index, line] of lines.entries()) {
    const record = parseLine(line);
    if ('problem' in record) return { problem: record.problem(path, index + 1) };
    records.push(record);
  }
  const whole = Buffer.byteLength(text) - Buffer.byteLength(tail);
  if (tail === '') return { records, wholeBytes: whole, endsWithoutNewline: false };
  const last = parseLine(tail);
  if (!('problem' in last)) {
    return { records: [...records, last], wholeBytes: Buffer.byteLength(text), endsWithoutNewline: true };
  }
  if (last.kind === 'newer') return { problem: last.problem(path, lines.length + 1) };
  return { records, wholeBytes: whole, endsWithoutNewline: false };
}

interface LineFault {
  readonly kind: 'newer' | 'unreadable';
  problem(path: string, line: number): Problem;
}

function parseLine(line: string): JournalRecord | LineFault {
  const json = parseJson(line);
  const version = versioned.safeParse(json);
  if (version.success && version.data.v > journalVersion) {
    return { kind: 'newer', problem: (path, at) => newerProblem(path, at, version.data.v) };
  }
  const record = recordSchema.safeParse(json);
  return record.success ? record.data : { kind: 'unreadable', problem: unreadableProblem };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // no record: the schema says so
    throw error;
  }
}

function newerProblem(path: string, line: number, version: number): Problem {
  return {
    code: 'ERP-0221',
    what: `The journal was written by a newer erp-deploy (format ${version}, this one knows ${journalVersion}).`,
    why: `${path}, line ${line}. This version could misread what was done; it leaves the file as it is.`,
    todo: ['Use the erp-deploy that wrote it, or a newer one. The version of this one: erp-deploy --version'],
    exit: exitCodes.prerequisite,
  };
}

function unreadableProblem(path: string, line: number): Problem {
  return {
    code: 'ERP-0220',
    what: `Line ${line} of the journal cannot be read.`,
    why: `${path} was changed by something else than erp-deploy, or the disk lost a part of it.`,
    todo: [
      `Look at it: sed -n ${line}p ${inWorkspace(path)}`,
      `Or begin a new one, and keep this: mv ${inWorkspace(path)} ${inWorkspace(path)}.damaged`,
      'A new roll-out looks at the world, finds what is done, and goes on from there.',
    ],
    exit: exitCodes.prerequisite,
  };
}
