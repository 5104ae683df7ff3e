/** One applied migration, as stored in the ledger. */
export interface LedgerRow {
  readonly name: string;
  readonly checksum: string;
  /** The text that was applied. */
  readonly body: string;
  /** ISO 8601, UTC. */
  readonly appliedAt: string;
}
