import { z } from 'zod';
import type { DatabaseFault } from '../domain/session.ts';
import { quotingCondition } from './condition-names.ts';

const serverAnswer = z.object({
  code: z.string(),
  message: z.string(),
  position: z.coerce.number().int().positive().optional(),
  schema: z.string().optional(),
  table: z.string().optional(),
  column: z.string().optional(),
  constraint: z.string().optional(),
  hint: z.string().optional(),
});

/**
 * Reads a driver's error (pg's and PGlite's carry the same fields). DETAIL is dropped here,
 * on the border, since it quotes row values; where the message can do so too, names stand in its place.
 * @throws the error itself when it is none of a driver's: then it is a bug.
 */
export function faultOf(error: unknown): DatabaseFault {
  const answer = serverAnswer.safeParse(error);
  if (!answer.success) throw error;
  const { code, message, position, constraint, hint } = answer.data;
  const condition = quotingCondition(code);
  return {
    code,
    message: condition === null ? message : namesAlone(condition, answer.data),
    ...(position === undefined ? {} : { position }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(hint === undefined || condition !== null ? {} : { hint }),
  };
}

function namesAlone(condition: string, answer: z.infer<typeof serverAnswer>): string {
  const { schema, table, column, constraint } = answer;
  const place = [schema, table, column].filter((part) => part !== undefined).join('.');
  return [
    condition,
    ...(constraint === undefined ? [] : [`of constraint ${constraint}`]),
    ...(place === '' ? [] : [`on ${place}`]),
  ].join(' ');
}
