import { z } from 'zod';
import type { DatabaseFault } from '../domain/session.ts';

const serverAnswer = z.object({
  code: z.string(),
  message: z.string(),
  position: z.coerce.number().int().positive().optional(),
  constraint: z.string().optional(),
  hint: z.string().optional(),
});

/**
 * Reads a driver's error (pg's and PGlite's carry the same fields). DETAIL is dropped here,
 * on the border, since it quotes row values.
 * @throws the error itself when it is none of a driver's: then it is a bug.
 */
export function faultOf(error: unknown): DatabaseFault {
  const answer = serverAnswer.safeParse(error);
  if (!answer.success) throw error;
  const { code, message, position, constraint, hint } = answer.data;
  return {
    code,
    message,
    ...(position === undefined ? {} : { position }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(hint === undefined ? {} : { hint }),
  };
}
