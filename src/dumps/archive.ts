import * as z from 'zod';
import { ledgerSchema } from '../database/ledger/ledger.ts';

/** What `pg_restore --list` shows of a dump. */
export interface Archive {
  readonly database: string;
  /** When it was made, as pg_dump wrote it, in the time zone of its machine. */
  readonly made: string;
  /** The schemas that it creates. */
  readonly schemas: readonly string[];
  /** `schema.name` of each table. */
  readonly tables: readonly string[];
}

const heading = z.object({ database: z.string(), made: z.string() });

/** Reads the output of `pg_restore --list`; null if it is not a listing. */
export function readArchive(listing: string): Archive | null {
  const found = heading.safeParse({
    database: /^; +dbname: (.+)$/m.exec(listing)?.[1],
    made: /^; Archive created at (.+)$/m.exec(listing)?.[1],
  });
  if (!found.success) return null;
  const all = (pattern: RegExp) => [...listing.matchAll(pattern)].map(([, one = '', two]) => [one, two]);
  return {
    ...found.data,
    schemas: all(/^\d+; \d+ \d+ SCHEMA - (\S+) /gm).map(([name = '']) => name),
    tables: all(/^\d+; \d+ \d+ TABLE (?!DATA |ATTACH )(\S+) (\S+) /gm).map(
      ([schema, name]) => `${schema}.${name}`,
    ),
  };
}

/** Returns whether the dump contains the ledger of erp-deploy. */
export const isOurs = ({ schemas }: Archive): boolean => schemas.includes(ledgerSchema);

/**
 * Returns a POSIX extended regular expression for the lines of the listing to restore: the objects in these schemas,
 * the schemas themselves, and their comments and privileges.
 */
export function entriesOf(schemas: readonly string[]): string {
  const names = `(${schemas.map((name) => name.replaceAll(/\W/g, '\\$&')).join('|')})`;
  return `^[0-9]+; [0-9]+ [0-9]+ ([A-Z ]+ ${names} |SCHEMA - ${names} |[A-Z ]+ - SCHEMA ${names} )`;
}
