import { ProblemError } from '../domain/problem.ts';
import { DatabaseError, EngineCrash, type Session } from '../domain/session.ts';

/**
 * Rolls back what failed, for whoever throws that on. Where the session is gone, the server does it by itself: then
 * the rollback fails too, and only the first failure says why.
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
