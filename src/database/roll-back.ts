import { ProblemError } from '../domain/problem.ts';
import { DatabaseError, EngineCrash, type Session } from '../domain/session.ts';

/**
 * Rolls back after an error that the caller throws again. If the session is lost, the server rolls back by itself. The
 * error of the rollback is ignored, because only the first error gives the cause.
 */
export async function rollBack(session: Session): Promise<void> {
  try {
    await session.script('rollback');
  } catch (error) {
    const gone =
      error instanceof DatabaseError || error instanceof EngineCrash || error instanceof ProblemError;
    if (!gone) throw error;
  }
}
