import { z } from 'zod';
import { ledgerSchema } from '../database/ledger/ledger.ts';

/** What pg_restore lists of a dump. */
export interface Archive {
  readonly database: string;
  /** As pg_dump wrote it, in the time of its machine. */
  readonly made: string;
  /** Schemas that it makes. */
  readonly schemas: readonly string[];
  /** `schema.name` of each table. */
  readonly tables: readonly string[];
}

const heading = z.object({ database: z.string(), made: z.string() });

/** Reads the listing of `pg_restore --list`; null where it is none. */
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

/** Whether the tool's own ledger is in it. */
export const isOurs = ({ schemas }: Archive): boolean => schemas.includes(ledgerSchema);

/**
 * Which lines of the listing come back, as a POSIX extended regular expression: what lies in these schemas, the
 * schemas themselves, and what is said of them.
 */
export function entriesOf(schemas: readonly string[]): string {
  const names = `(${schemas.map((name) => name.replaceAll(/\W/g, '\\$&')).join('|')})`;
  return `^[0-9]+; [0-9]+ [0-9]+ ([A-Z ]+ ${names} |SCHEMA - ${names} |[A-Z ]+ - SCHEMA ${names} )`;
}
