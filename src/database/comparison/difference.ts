import type { ObjectKind } from '../catalog/catalog.ts';

/** One statement of a repair, or several separated by `;`. */
export interface RepairStatement {
  /** The sort key: drops are below zero, dependents first; changes and creations follow. */
  readonly order: number;
  /** Without a final semicolon. */
  readonly sql: string;
  /** The object whose rows the statement can lose; absent if it can lose none. */
  readonly loses?: Losable;
  /** The object whose rows are lost by a statement that must run before this one; absent if there is none. */
  readonly belongsTo?: Losable;
}

/** An object with rows that a statement can lose. An extension can own tables; values of a type are in tables. */
export interface Losable {
  readonly kind: 'table' | 'extension' | 'type';
  /** As SQL writes it. */
  readonly name: string;
}

/** One difference between a live database and the expected catalog. */
export interface Difference {
  readonly kind: ObjectKind;
  /** The object's name in the catalog. */
  readonly name: string;
  readonly schema: string | null;
  /** The table that it is, or is part of; null for any other object. */
  readonly table: string | null;
  /** `missing`, `extra`, or the attribute that differs. */
  readonly aspect: string;
  readonly expected: string | null;
  readonly actual: string | null;
  /** A note fails the validation only with `--strict`. */
  readonly severity: 'difference' | 'note';
  /** Names of objects that are missing or extra only because this one is, such as the columns of a table. */
  readonly covers: readonly string[];
  /** SQL that restores the object and everything in `covers`, in order; empty if the operator must decide. */
  readonly repair: readonly RepairStatement[];
}
