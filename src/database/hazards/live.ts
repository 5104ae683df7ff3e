import type { LockMode } from '../../domain/lock-mode.ts';
import { quotedName } from '../sql/quoted-name.ts';

/** A relation of the server, with what the rules need to know of it. */
export interface LiveRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /**
   * `relkind`: r table, p partitioned table, m materialized view, v view, i and I index, S sequence, c composite type.
   */
  readonly kind: string;
  /** `relpersistence`: p permanent, u unlogged, t temporary. */
  readonly persistence: string;
  /** Its partitions and children at any depth, and itself. */
  readonly members: readonly number[];
  /** Estimate of the catalog; null if one of them was never analyzed. */
  readonly rows: number | null;
  /** With indexes and TOAST. */
  readonly bytes: number;
  /** Whether it certainly contains no row. */
  readonly empty: boolean;
  /** Types by column, as `format_type` prints them. */
  readonly columns: Readonly<Record<string, string>>;
  /** Definitions of the validated CHECK constraints. */
  readonly checks: readonly string[];
  /** The referenced tables by the name of the foreign key, as oids. */
  readonly keys: Readonly<Record<string, number>>;
  /** Oid of the table of an index. */
  readonly table: number | null;
  /** Whether a column of an index may be null. */
  readonly nullable: boolean;
  /** Oid of the DEFAULT partition. */
  readonly defaultPartition: number | null;
  /** Types that its columns have, as `schema.name`, those of arrays and domains included. */
  readonly types: readonly string[];
}

/** A granted lock of another session. */
export interface LiveLock {
  readonly relation: number;
  readonly mode: LockMode;
  /** Null for a prepared transaction. */
  readonly pid: number | null;
  readonly application: string;
  readonly state: string;
  readonly seconds: number | null;
}

/** A type of the server. */
export interface LiveType {
  readonly schema: string;
  readonly name: string;
  /** As `format_type` prints it. */
  readonly shown: string;
  /** `typtype`: b base, c composite, d domain, e enum, … */
  readonly kind: string;
  /** Whether it is a domain with NOT NULL or CHECK. */
  readonly constrained: boolean;
}

/** The facts in the server's catalog about everything that the pending files mention. */
export interface LiveCatalog {
  readonly relations: readonly LiveRelation[];
  readonly types: readonly LiveType[];
  /** Names of functions of which one is volatile. */
  readonly volatile: ReadonlySet<string>;
  /** Casts without a conversion, as `from>to` in the names of `format_type`. */
  readonly binary: ReadonlySet<string>;
  readonly locks: readonly LiveLock[];
  /** The search path of a new session. */
  readonly path: readonly string[];
  /** Whether the session's time zone is UTC. If so, timestamp and timestamptz are stored alike. */
  readonly utc: boolean;
}

/** Returns the qualified name, in quotes only where SQL needs them. */
export function shownName({ schema, name }: Pick<LiveRelation, 'schema' | 'name'>): string {
  const plain = /^[a-z_][a-z\d_$]*$/;
  return [schema, name].map((part) => (plain.test(part) ? part : quotedName(part))).join('.');
}
