import * as z from 'zod';
import type { KnownAlarm } from '../../domain/alarm.ts';
import type { Files } from '../../domain/ports/files.ts';

const path = '.erp-deploy/watch.json';

const alarmsSchema = z.array(z.object({ key: z.string(), text: z.string() }));
const stateSchema = z.object({
  v: z.literal(1),
  /** When production was last checked. */
  at: z.string(),
  /** The alarms that were last printed, and those that were last posted: two schedules may share a workspace. */
  printed: alarmsSchema,
  posted: alarmsSchema,
});

/** What the last checks of production reported, kept in the workspace. */
export type WatchState = z.infer<typeof stateSchema>;

/** Returns what the last check reported; nothing before the first one. */
export async function readWatchState(files: Files): Promise<Pick<WatchState, 'printed' | 'posted'>> {
  const none = { printed: [], posted: [] };
  if ((await files.inspect(path)).type !== 'file') return none;
  try {
    // A file that is damaged or of another version is no reason to stay silent: every alarm is reported anew.
    return stateSchema.safeParse(JSON.parse(await files.read(path))).data ?? none;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return none;
  }
}

/** Keeps what this check reported. The write replaces the file as a whole. */
export function writeWatchState(files: Files, state: Omit<WatchState, 'v'>): Promise<void> {
  const known = (alarms: readonly KnownAlarm[]) => alarms.map(({ key, text }) => ({ key, text }));
  const kept: WatchState = {
    v: 1,
    at: state.at,
    printed: known(state.printed),
    posted: known(state.posted),
  };
  return files.write(path, `${JSON.stringify(kept, null, 2)}\n`, 0o644);
}
