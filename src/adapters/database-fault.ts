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
  detail: z.string().optional(),
  where: z.string().optional(),
  completed: z.number().optional(),
});

/**
 * Reads a driver's error (pg's and PGlite's carry the same fields). What can quote row values is dropped here, on the
 * border: DETAIL and CONTEXT as far as they can, and messages that can, for which names stand in.
 * @throws the error itself when it is none of a driver's: then it is a bug.
 */
export function faultOf(error: unknown): DatabaseFault {
  const answer = serverAnswer.safeParse(error);
  if (!answer.success) throw error;
  const { code, message, position, constraint, hint, completed, where = '' } = answer.data;
  const condition = quotingCondition(code);
  const context = where.split('\n').filter((line) => routineLine.test(line));
  const detail = condition === null && tellsNames(code, where) ? answer.data.detail : undefined;
  return {
    code,
    message: condition === null ? message : namesAlone(condition, answer.data),
    ...(position === undefined ? {} : { position }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(hint === undefined || condition !== null ? {} : { hint }),
    ...(completed === undefined ? {} : { completed }),
    ...(context.length === 0 ? {} : { context }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** A line of CONTEXT that names a function and its line. The others quote statements, which can hold values. */
const routineLine =
  /^(?:PL\/pgSQL function [^"]*(?:"[^"]*"[^"]*)* line \d+ at [\w ]+|SQL function "[^"]*"(?: statement \d+)?)$/;

/** Whether DETAIL is about names and types: not if a function raised the error, with words of its own. */
function tellsNames(code: string, where: string): boolean {
  return /^(?:42|2BP01|0A000)/.test(code) && (where === '' || where.startsWith('SQL statement '));
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
