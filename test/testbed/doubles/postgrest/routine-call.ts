import pg from 'pg';
import { z } from 'zod';
import type { Answer } from './answer.ts';
import { ApiError, unsupported } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';
import { contentType, shapeOf } from './media.ts';
import { Parameters } from './parameters.ts';
import { ownPairs } from './query-string.ts';
import { contentRange, rangeOf } from './range.ts';
import { askRows } from './rows.ts';
import type { Routine, SchemaCache } from './schema-cache.ts';
import { limits, qualified } from './table-read.ts';
import type { Ask } from './transaction.ts';

/** Answers GET, HEAD and POST of /rpc/name, with named arguments from the query string or a JSON object. */
export async function callRoutine(
  ask: Ask,
  request: ApiRequest,
  routine: Routine,
  maxRows: number | undefined,
): Promise<Answer> {
  if (request.query.has('select') || request.query.has('order'))
    throw unsupported('select= and order= of a function');
  const shape = shapeOf(request.headers.accept);
  const range = rangeOf(request, routine.returnsSet ? maxRows : undefined);
  const scalar = routine.returns !== 'row';
  const values = new Parameters();
  const source = `${callOf(routine, argumentsOf(request), values)}${limits(range, values)}`;
  const rows = await askRows(ask, source, values.values, { shape: scalar ? 'list' : shape });
  if (routine.returns === 'void')
    return { status: 204, headers: { 'Content-Range': contentRange(0, 0, undefined) }, body: '' };
  return {
    status: 200,
    headers: {
      'Content-Range': contentRange(range.offset, range.offset + rows.count - 1, rows.total),
      'Content-Type': contentType[shape],
    },
    body: shape === 'object' && !scalar ? rows.body : unwrapped(rows.body, routine),
  };
}

/** Reads the arguments from a JSON object, with the types of the function's parameters. */
function callOf(routine: Routine, given: Readonly<Record<string, unknown>>, values: Parameters): string {
  const used = routine.args
    .filter(({ name }) => name in given)
    .map(({ name, type }) => ({ name: pg.escapeIdentifier(name), type }));
  const types = used.map(({ name, type }) => `${name} ${type}`).join(', ');
  const record = () =>
    `json_to_record(${values.add(JSON.stringify(given))}::json) AS pgrst_args(${types}), LATERAL `;
  const call = `${qualified(routine)}(${used.map(({ name }) => `${name} := pgrst_args.${name}`).join(', ')})`;
  const alias = routine.returns === 'row' ? 'pgrst_call' : 'pgrst_call(pgrst_scalar)';
  return `SELECT pgrst_call.* FROM ${used.length === 0 ? '' : record()}${call} AS ${alias}`;
}

/**
 * Returns the function with these arguments.
 * @throws ApiError PGRST202, 404, if there is none
 */
export function findRoutine(cache: SchemaCache, request: ApiRequest, name: string): Routine {
  const given = Object.keys(argumentsOf(request));
  const found = cache.routines.find(
    (one) =>
      one.schema === request.schema &&
      one.name === name &&
      given.every((argument) => one.args.some((known) => known.name === argument)) &&
      one.args.every((known) => !known.required || given.includes(known.name)),
  );
  if (found !== undefined) return found;
  const wanted = `${request.schema}.${name}`;
  const list = given.join(', ');
  const message = given.length === 0 ? ' without parameters' : `(${list})`;
  const details =
    given.length === 0 ? ' without parameters' : ` with parameter${given.length > 1 ? 's' : ''} ${list}`;
  const other =
    request.method === 'POST' && given.length > 0 ? ' or with a single unnamed json/jsonb parameter' : '';
  throw new ApiError(404, 'PGRST202', `Could not find the function ${wanted}${message} in the schema cache`, {
    details: `Searched for the function ${wanted}${details}${other}, but no matches were found in the schema cache.`,
  });
}

const object = z.record(z.string(), z.unknown());

function argumentsOf({ method, body, query }: ApiRequest): Readonly<Record<string, unknown>> {
  if (method !== 'POST') return Object.fromEntries(ownPairs(query));
  try {
    return body === '' ? {} : object.parse(JSON.parse(body));
  } catch {
    throw new ApiError(400, 'PGRST102', 'Empty or invalid json');
  }
}

const calls = z.array(z.object({ pgrst_scalar: z.unknown() }));

/** Unwraps the value of a function that returns one value; its rows were queried as a list of records. */
function unwrapped(body: string, { returns, returnsSet }: Routine): string {
  if (returns === 'row')
    return returnsSet ? body : JSON.stringify(z.array(z.unknown()).parse(JSON.parse(body))[0] ?? null);
  const scalars = calls.parse(JSON.parse(body)).map(({ pgrst_scalar }) => pgrst_scalar);
  return JSON.stringify(returnsSet ? scalars : (scalars[0] ?? null));
}
