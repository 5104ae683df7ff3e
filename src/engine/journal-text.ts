import { inWorkspace } from '../domain/command-text.ts';
import { type JournalRecord, journalVersion, recordSchema } from '../domain/journal-record.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { upgradedRecord } from './earlier-journals.ts';

export type JournalText =
  | {
      readonly records: readonly JournalRecord[];
      /** Length in bytes of the complete lines; the bytes after them are a partial write. */
      readonly wholeBytes: number;
      /** Whether the last record is complete except for its line end, which is added before the next one. */
      readonly endsWithoutNewline: boolean;
    }
  | { readonly problem: Problem };

/**
 * Parses a journal. Ignores a partial last line, which a killed process leaves. Any other line that cannot be read is a
 * problem, since a resume would act on an incomplete record.
 */
export function parseJournal(bytes: Uint8Array, path: string): JournalText {
  const lines = linesOf(bytes);
  const tail = lines.pop() ?? new Uint8Array();
  const records: JournalRecord[] = [];
  for (const [index, line] of lines.entries()) {
    const record = parseLine(line);
    if ('problem' in record) return { problem: record.problem(path, index + 1) };
    records.push(record);
  }
  const whole = bytes.length - tail.length;
  if (tail.length === 0) return { records, wholeBytes: whole, endsWithoutNewline: false };
  const last = parseLine(tail);
  if (!('problem' in last)) {
    return { records: [...records, last], wholeBytes: bytes.length, endsWithoutNewline: true };
  }
  if (last.kind === 'newer') return { problem: last.problem(path, lines.length + 1) };
  return { records, wholeBytes: whole, endsWithoutNewline: false };
}

interface LineFault {
  readonly kind: 'newer' | 'unreadable';
  problem(path: string, line: number): Problem;
}

/** Splits at line feeds. Works on bytes, because decoding to text would replace the bytes that are not UTF-8. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, from)) {
    lines.push(bytes.subarray(from, at));
    from = at + 1;
  }
  return [...lines, bytes.subarray(from)];
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parseLine(line: Uint8Array): JournalRecord | LineFault {
  const json = parseJson(line);
  const version = versionOf(json);
  if (version > journalVersion) {
    return { kind: 'newer', problem: (path, at) => newerProblem(path, at, version) };
  }
  const record = recordSchema.safeParse(upgradedRecord(json));
  return record.success ? record.data : { kind: 'unreadable', problem: unreadableProblem };
}

/** Returns the version of a line; 0 if it has none, which the schema rejects. */
function versionOf(json: unknown): number {
  const isObject = typeof json === 'object' && json !== null;
  return isObject && 'v' in json && Number.isSafeInteger(json.v) ? Number(json.v) : 0;
}

function parseJson(line: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(line));
  } catch (error) {
    // TypeError: not UTF-8. The schema rejects undefined.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function newerProblem(path: string, line: number, version: number): Problem {
  return {
    code: 'ERP-0221',
    what: `The journal was written by a newer erp-deploy (format ${version}; this version reads up to ${journalVersion}).`,
    why: `${path}, line ${line}. This version could misread it, so it leaves the file unchanged.`,
    todo: [
      {
        text: 'Use the erp-deploy that wrote it, or a newer one. To show this version',
        command: ['erp-deploy', '--version'],
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

function unreadableProblem(path: string, line: number): Problem {
  return {
    code: 'ERP-0220',
    what: `Line ${line} of the journal cannot be read.`,
    why: `${path} was changed by another program, or is damaged on the disk.`,
    todo: [
      { text: 'Inspect it', command: ['sed', '-n', `${line}p`, inWorkspace(path)] },
      {
        text: 'Or set it aside and start a new one',
        command: ['mv', inWorkspace(path), `${inWorkspace(path)}.damaged`],
      },
      { text: 'A new rollout checks the actual state and continues with what is not done.' },
    ],
    exit: exitCodes.prerequisite,
  };
}
