import { apacheTime } from '../parts/apache-time.ts';

/** Writes a line to the log, which is stderr (PostgREST/postgrest, src/PostgREST/Logger.hs). */
export function log(message: string): void {
  console.error(`${apacheTime()}: ${message}`);
}
