import { ApiError } from './api-error.ts';

/** How rows are given: as a list, or as the one object that there has to be. */
export type Shape = 'list' | 'object';

const known: Readonly<Record<string, Shape>> = {
  '*/*': 'list',
  'application/*': 'list',
  'application/json': 'list',
  'application/vnd.pgrst.array+json': 'list',
  'application/vnd.pgrst.object+json': 'object',
  'application/vnd.pgrst.object': 'object',
};

/** @throws ApiError PGRST107, 406. text/csv, which the real one gives, is refused like the unknown. */
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
