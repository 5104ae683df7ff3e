import type { ReadDatabase } from '../domain/ports/database.ts';

/** Returns what an earlier inspection of a database found if nothing has changed it since; otherwise inspects it. */
export function inspectedIn<Answer>(
  database: ReadDatabase,
  question: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  return database.inspect === undefined ? ask() : database.inspect(question, ask);
}
