import * as z from 'zod';
import { type Catalog, type ObjectKey, objectKinds } from '../catalog/catalog.ts';

/** Checks only that a key begins with a kind, since erp-deploy wrote all keys. */
const key = z.custom<ObjectKey>(
  (value) => typeof value === 'string' && objectKinds.some((kind) => value.startsWith(`${kind} `)),
);

/** A catalog that was stored as JSON. */
export const catalogSchema: z.ZodType<Catalog> = z.object({
  serverVersion: z.string(),
  usualOwner: z.string().exactOptional(),
  settings: z.record(z.string(), z.string()).exactOptional(),
  hasSettings: z.literal(true).exactOptional(),
  notCompared: z.array(z.string()).exactOptional(),
  objects: z.array(
    z.object({
      kind: z.enum(objectKinds),
      name: z.string(),
      schema: z.string().nullable(),
      parent: key.nullable(),
      part: z.string(),
      columns: z.array(z.string()),
      references: z.object({ table: z.string(), columns: z.array(z.string()) }).nullable(),
      attributes: z.record(z.string(), z.string().nullable()),
      definition: z.string(),
      needs: z.array(key),
      needsNotCompared: z.array(z.string()).exactOptional(),
    }),
  ),
});
