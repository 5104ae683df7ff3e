import { ApiError } from './api-error.ts';

/** The format of rows: a list, or exactly one object. */
export type Shape = 'list' | 'object';

const known: Readonly<Record<string, Shape>> = {
  '*/*': 'list',
  'application/*': 'list',
  'application/json': 'list',
  'application/vnd.pgrst.array+json': 'list',
  'application/vnd.pgrst.object+json': 'object',
  'application/vnd.pgrst.object': 'object',
};

/** @throws ApiError PGRST107, 406, for unknown types, and for text/csv, which only the real PostgREST supports */
export function shapeOf(accept = '*/*'): Shape {
  const types = accept.split(',').map((one) => (one.split(';')[0] ?? '').trim().toLowerCase());
  const shape = types.map((type) => known[type]).find((one) => one !== undefined);
  if (shape === undefined)
    throw new ApiError(406, 'PGRST107', `None of these media types are available: ${types.join(', ')}`);
  return shape;
}

export const contentType: Readonly<Record<Shape, string>> = {
  list: 'application/json; charset=utf-8',
  object: 'application/vnd.pgrst.object+json; charset=utf-8',
};
