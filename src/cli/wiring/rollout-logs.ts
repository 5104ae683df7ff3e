import { eventSchema } from '../../domain/events.ts';
import type { Files } from '../../domain/ports.ts';
import { initialState, reduce } from '../../domain/reducer.ts';
import type { Recorded } from '../../engine/journal.ts';
import type { Run, Runs } from '../../report/gather.ts';

const logs = '.erp-deploy/logs';

/** The last roll-out, as its logs and the journal tell. */
export interface RolloutLogs {
  readonly runs: Runs;
  /** The rollback of it, when it began; null where there is none. */
  readonly rollback: { readonly at: string; readonly isWhole: boolean } | null;
}

/**
 * The runs of the last roll-out, each folded from its log by the reducer that every view uses: the one that
 * began it, and all that came after. A run that nothing came of is told alone; null where none ran.
 */
export async function lastRolloutLogs(
  files: Files,
  { records }: Pick<Recorded, 'records'>,
): Promise<RolloutLogs | null> {
  const since = records.slice(records.findLastIndex(({ type }) => type === 'rollout'));
  const [begun] = since;
  const rollback = since.find(({ type }) => type === 'rollback');
  const found: Run[] = [];
  for (const name of await newestFirst(files)) {
    const run = readRun(await files.read(`${logs}/${name}`));
    if (run === null) continue;
    found.unshift(run);
    const isLater = rollback !== undefined && run.from > Date.parse(rollback.at);
    if (begun?.type !== 'rollout' || isLater) return { runs: [run], rollback: null };
    if (run.from <= Date.parse(begun.at)) break;
  }
  const [first, ...rest] = found;
  if (first === undefined) return null;
  const isWhole = since.some(({ type }) => type === 'undone');
  return { runs: [first, ...rest], rollback: rollback === undefined ? null : { at: rollback.at, isWhole } };
}

/** Their names are the times at which they were begun. */
async function newestFirst(files: Files): Promise<readonly string[]> {
  const names = await files.list(logs);
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .reverse();
}

/** Null where it is no run of a roll-out. */
function readRun(text: string): Run | null {
  let state = initialState;
  const times: number[] = [];
  for (const line of text.split('\n')) {
    const event = eventIn(line);
    if (event === null) continue;
    state = reduce(state, event);
    times.push(Date.parse(event.at));
  }
  const [from, until] = [times[0], times.at(-1)];
  const { started } = state;
  if (started === null || from === undefined || until === undefined) return null;
  return started.command === 'run' || started.command === 'docs' ? { state, from, until } : null;
}

/** Null where a kill or a full disk tore it. */
function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** What was printed while a step worked is not told; the last line may be cut off by a kill. */
function eventIn(line: string) {
  if (!line.endsWith('}') || line.includes('"type":"output"')) return null;
  const event = eventSchema.safeParse(jsonIn(line));
  return event.success ? event.data : null;
}
