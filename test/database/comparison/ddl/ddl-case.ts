/** A migration as a team could write it, and a change that someone makes by hand afterwards. */
export interface DdlCase {
  readonly title: string;
  readonly sql: string;
  readonly damage: string;
  /** What the comparison has to name. */
  readonly names: string;
  /** How it is named; a difference by default. */
  readonly as?: 'note' | 'not compared';
  /** A query whose answer the damage and the repair leave as it is. */
  readonly rows?: string;
  /** The oldest major version that knows it. */
  readonly needs?: number;
  /** PostgreSQL cannot repair it in place: the script says so in a comment. */
  readonly byHand?: boolean;
}

/** The roles that cases name. */
export const ddlRoles = 'create role ddl_keeper; create role ddl_other';

/** Returns the whole migration of a case: something must exist in its schema, or it is not compared. */
export const schemaOf = ({ sql }: DdlCase): string =>
  `create schema depot; create table depot.usual (id int); ${sql}`;
