import * as z from 'zod';
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
 * Reads an error of a driver (those of pg and PGlite have the same fields). Drops whatever could quote row values:
 * parts of DETAIL and CONTEXT, and some messages, which are replaced by names.
 * @throws the error itself if it is not an error of a driver, which is a bug
 */
export function faultOf(error: unknown): DatabaseFault {
  const answer = serverAnswer.safeParse(error);
  if (!answer.success) throw error;
  const { code, message, position, constraint, hint, completed, where = '' } = answer.data;
  const condition = quotingCondition(code);
  const context = where.split('\n').filter((line) => routineLine.test(line));
  const detail = condition === null && hasSafeDetail(code, where) ? answer.data.detail : undefined;
  return {
    code,
    message: condition === null ? message : namesOnly(condition, answer.data),
    ...(position === undefined ? {} : { position }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(hint === undefined || condition !== null ? {} : { hint }),
    ...(completed === undefined ? {} : { completed }),
    ...(context.length === 0 ? {} : { context }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** A line of CONTEXT that names a function and its line. Other lines quote statements, which can contain values. */
const routineLine =
  /^(?:PL\/pgSQL function [^"]*(?:"[^"]*"[^"]*)* line \d+ at [\w ]+|SQL function "[^"]*"(?: statement \d+)?)$/;

/** Returns whether DETAIL contains only names and types. If a function raised the error, its text can be anything. */
function hasSafeDetail(code: string, where: string): boolean {
  return /^(?:42|2BP01|0A000)/.test(code) && (where === '' || where.startsWith('SQL statement '));
}

function namesOnly(condition: string, answer: z.infer<typeof serverAnswer>): string {
  const { schema, table, column, constraint } = answer;
  const place = [schema, table, column].filter((part) => part !== undefined).join('.');
  return [
    condition,
    ...(constraint === undefined ? [] : [`of constraint ${constraint}`]),
    ...(place === '' ? [] : [`on ${place}`]),
  ].join(' ');
}
