import * as z from 'zod';
import { objectKinds } from './catalog.ts';

/** Identifies an object in `pg_depend`: class, object and part by number. Valid within one answer only. */
export type Address = string;

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

/** One object as the queries return it; columns that a query leaves out are empty. */
export const objectRow = z.object({
  kind: z.enum(objectKinds),
  name: z.string(),
  schema: text,
  parent: text,
  part: z.string(),
  columns: z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? []),
  references: z
    .object({ table: z.string(), columns: z.array(z.string()) })
    .nullish()
    .transform((value) => value ?? null),
  attributes: z
    .record(z.string(), z.string().nullable())
    .nullish()
    .transform((value) => value ?? {}),
  definition: z.string(),
  /** Its own address, and those of objects that were created with it. */
  addresses: z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? []),
  /** Dependencies that `pg_depend` does not contain. */
  links: z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? []),
  /** The object that it is part of, if the query knows only the address. */
  target: text,
});

export type ObjectRow = z.infer<typeof objectRow>;

export const versionRow = z.object({
  version: z.string(),
  moment: z.string().nullable(),
  owner: text,
  settings: z.boolean(),
  session: z
    .record(z.string(), z.string())
    .nullish()
    .transform((value) => value ?? null),
});
/** Attributes that objects of many kinds have, by the address of the object. */
export const detailRow = z.object({ object: z.string(), name: z.string(), value: z.string() });
export const notComparedRow = z.object({ name: z.string(), address: text });
export const dependencyRow = z.object({ object: z.string(), needs: z.array(z.string()) });
/** Names that an extension created, of types, functions, operators and operator classes. */
export const memberRow = z.object({ schema: z.string(), names: z.array(z.string()) });
