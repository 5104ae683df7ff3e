/** A migration as a team could write it, and a change that someone makes by hand afterwards. */
export interface DdlCase {
  readonly title: string;
  readonly sql: string;
  readonly damage: string;
  /** Names that the comparison has to report. */
  readonly names: string;
  /** Kind of report; a difference by default. */
  readonly as?: 'note' | 'not compared';
  /** A query whose result neither the damage nor the repair may change. */
  readonly rows?: string;
  /** The oldest major version that supports the statements. */
  readonly needs?: number;
  /** Whether PostgreSQL cannot repair it in place, so that the script has only a comment about it. */
  readonly byHand?: boolean;
}

/** Creates the roles that the cases use. */
export const ddlRoles = 'create role ddl_keeper; create role ddl_other';

/**
 * Returns the whole migration of a case. It also creates an object in the schema, since an empty schema is not
 * compared.
 */
export const schemaOf = ({ sql }: DdlCase): string =>
  `create schema depot; create table depot.usual (id int); ${sql}`;
