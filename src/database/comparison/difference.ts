import type { ObjectKind } from '../catalog/catalog.ts';

/** One statement (or several, parted by `;`) of a repair. */
export interface RepairStatement {
  /** Where it stands among all: drops below zero, dependents first; then changes and creations. */
  readonly order: number;
  /** Without a semicolon at its end. */
  readonly sql: string;
  /** Whose rows the statement can lose; absent if it can lose none. */
  readonly loses?: Losable;
  /** Whose rows another statement loses that has to come first; absent if no statement has to. */
  readonly belongsTo?: Losable;
}

/** What contains rows that a statement can lose. An extension can own tables; values of a type are in tables. */
export interface Losable {
  readonly kind: 'table' | 'extension' | 'type';
  /** As SQL writes it. */
  readonly name: string;
}

/** One way in which a live database is not what was expected. */
export interface Difference {
  readonly kind: ObjectKind;
  /** The object's identity, as the catalog gives it. */
  readonly name: string;
  readonly schema: string | null;
  /** The table that it is part of, or is; null for what stands alone. */
  readonly table: string | null;
  /** `missing`, `extra`, or the attribute that differs. */
  readonly aspect: string;
  readonly wanted: string | null;
  readonly found: string | null;
  /** A note is nothing to fail over, unless the person asked to be strict. */
  readonly severity: 'difference' | 'note';
  /** Names of objects that are missing, or extra, only because this one is: a table's columns, for one. */
  readonly covers: readonly string[];
  /** SQL that restores the object and all that it covers, in order. Empty where a person must decide. */
  readonly repair: readonly RepairStatement[];
}
