import { diffArrays } from 'diff';

/** The lines from `start` up to, but not including, `end` of the base become `lines`. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

export interface MergedText {
  readonly text: string;
  /** The lines of `ours` that are left out, because `theirs` changes the same place. */
  readonly leftOut: readonly string[];
}

/** Applies what `ours` changes in the base to `theirs`. Where both change the same lines, `theirs` stays. */
export function mergeLines(base: string, theirs: string, ours: string): MergedText {
  const lines = base.split('\n');
  const kept = editsOf(lines, theirs.split('\n'));
  const wanted = editsOf(lines, ours.split('\n'));
  const contradicted = wanted.filter((one) => kept.some((other) => meet(one, other) && !equal(one, other)));
  const added = wanted.filter(
    (one) => !contradicted.includes(one) && !kept.some((other) => equal(one, other)),
  );
  return {
    text: apply(lines, [...kept, ...added]).join('\n'),
    leftOut: contradicted.flatMap((one) => one.lines),
  };
}

function editsOf(from: readonly string[], to: readonly string[]): readonly Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  let open: Edit | null = null;
  for (const { value, added, removed } of diffArrays([...from], [...to])) {
    if (added || removed) {
      open ??= { start: at, end: at, lines: [] };
      open = removed
        ? { ...open, end: open.end + value.length }
        : { ...open, lines: [...open.lines, ...value] };
    } else if (open !== null) {
      edits.push(open);
      open = null;
    }
    if (!added) at += value.length;
  }
  return open === null ? edits : [...edits, open];
}

const equal = (one: Edit, other: Edit) =>
  one.start === other.start && one.end === other.end && one.lines.join('\n') === other.lines.join('\n');

/** Whether two edits change the same lines, or insert at the same place. */
function meet(one: Edit, other: Edit): boolean {
  if (one.start === other.start) return true;
  return one.start < other.end && other.start < one.end;
}

function apply(base: readonly string[], edits: readonly Edit[]): readonly string[] {
  const sorted = edits.toSorted((one, other) => one.start - other.start || one.end - other.end);
  let at = 0;
  const result = sorted.flatMap(({ start, end, lines }) => {
    const before = base.slice(at, start);
    at = end;
    return [...before, ...lines];
  });
  return [...result, ...base.slice(at)];
}
