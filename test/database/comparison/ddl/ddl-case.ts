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
  /** PostgreSQL cannot repair it in place: the script says so in a comment. */
  readonly byHand?: boolean;
}
