import { upgradedEvent } from '../../domain/earlier-events.ts';
import { eventSchema } from '../../domain/events.ts';
import type { Files } from '../../domain/ports/files.ts';
import { initialState, reduce } from '../../domain/reducer.ts';
import type { Recorded } from '../../engine/journal.ts';
import type { Run, Runs } from '../../report/gather.ts';

const logs = '.erp-deploy/logs';

/** The last rollout, read from its logs and the journal. */
export interface RolloutLogs {
  readonly runs: Runs;
  /** When its rollback started, and whether that is complete; null if it was not rolled back. */
  readonly rollback: { readonly at: string; readonly isWhole: boolean } | null;
}

/**
 * Reads the runs of the last rollout: the run that started it, and all that resumed it. Each run is folded from its log
 * by the reducer that every view uses. A later run that started no rollout is returned by itself; null if nothing ran.
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

/** Lists the logs. Each is named by the time at which it was opened. */
async function newestFirst(files: Files): Promise<readonly string[]> {
  const names = await files.list(logs);
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .reverse();
}

/** Reads one log; null if it does not belong to a rollout. */
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

/** Parses a line; null if it is incomplete because of a kill or a full disk. */
function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** Parses an event; null for output of a step, which reports leave out, and for a line that a kill cut off. */
function eventIn(line: string) {
  if (!line.endsWith('}') || line.includes('"type":"output"')) return null;
  const event = eventSchema.safeParse(upgradedEvent(jsonIn(line)));
  return event.success ? event.data : null;
}
