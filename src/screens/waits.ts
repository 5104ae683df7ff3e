/** A time in which erp-deploy waited for the operator; milliseconds since 1970. */
export interface Wait {
  readonly from: number;
  /** Null while erp-deploy is still waiting. */
  readonly until: number | null;
}

export function withWaitBegun(waits: readonly Wait[]): readonly Wait[] {
  return [...waits, { from: Date.now(), until: null }];
}

export function withWaitEnded(waits: readonly Wait[]): readonly Wait[] {
  const now = Date.now();
  return waits.map((wait) => (wait.until === null ? { ...wait, until: now } : wait));
}

/** Returns the milliseconds between two times, without the time that the operator took to answer. */
export function workBetween(from: number, until: number, waits: readonly Wait[]): number {
  const waited = waits.map((wait) =>
    Math.max(0, Math.min(wait.until ?? until, until) - Math.max(wait.from, from)),
  );
  return until - from - waited.reduce((sum, one) => sum + one, 0);
}
