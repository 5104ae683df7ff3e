import * as z from 'zod';
import { lockModeOf } from '../../domain/lock-mode.ts';
import type { Row, Session } from '../../domain/session.ts';
import type { LiveCatalog, LiveLock } from './live.ts';
import { locksSql, relationsSql, sessionSql, typesSql, volatileSql } from './live-sql.ts';
import type { Mentioned } from './mentioned.ts';

const count = z.coerce.number();
const names = z.record(z.string(), z.string());

const relationSchema = z.object({
  oid: count,
  schema: z.string(),
  name: z.string(),
  kind: z.string(),
  persistence: z.string(),
  members: z.array(count),
  rows: count.nullable(),
  bytes: count,
  empty: z.boolean(),
  columns: names,
  checks: z.array(z.string()),
  keys: z.record(z.string(), count),
  table: count.nullable(),
  nullable: z.boolean(),
  default_partition: count.nullable(),
  types: z.array(z.string()),
});
const typeSchema = z.object({
  schema: z.string(),
  name: z.string(),
  shown: z.string(),
  kind: z.string(),
  constrained: z.boolean(),
});
const lockSchema = z.object({
  relation: count,
  mode: z.string(),
  pid: count.nullable(),
  application: z.string(),
  state: z.string(),
  seconds: count.nullable(),
});
const sessionSchema = z.object({ path: z.array(z.string()), utc: z.boolean(), binary: z.array(z.string()) });

/**
 * Reads the facts in the server's catalog about the mentioned names, in one round trip. Waits for no lock: if another
 * session has locked a table exclusively, its size is read from the catalog.
 * @throws DatabaseError if the server refuses
 */
export async function readLive(session: Session, mentioned: Mentioned): Promise<LiveCatalog> {
  const [relations = [], types = [], volatile = [], locks = [], [settings] = []] = await session.script(
    [relationsSql(mentioned), typesSql(mentioned), volatileSql(mentioned), locksSql, sessionSql].join(';\n'),
  );
  const { path, utc, binary } = sessionSchema.parse(settings);
  return {
    relations: relations.map((row) => {
      const { default_partition: defaultPartition, ...rest } = relationSchema.parse(row);
      return { ...rest, defaultPartition };
    }),
    types: types.map((row) => typeSchema.parse(row)),
    volatile: new Set(volatile.map(({ name }) => String(name))),
    binary: new Set(binary),
    locks: locks.flatMap(lockIn),
    path,
    utc,
  };
}

function lockIn(row: Row): readonly LiveLock[] {
  const { mode: name, ...rest } = lockSchema.parse(row);
  const mode = lockModeOf(name);
  return mode === null ? [] : [{ ...rest, mode }];
}
