export interface Outcome {
  readonly states: number;
  /** The violation of the first forbidden state; null if there is none. */
  readonly violation: string | null;
}

/** A successor of a state; `violation` is what the step to it breaks. */
export interface Next<State> {
  readonly state: State;
  readonly violation?: string | null;
}

/**
 * Visits every state that can be reached, or stops at the first violation.
 * @param keyOf returns the same text for equal states only
 */
export function visitAll<State>(
  start: State,
  nextOf: (state: State) => readonly Next<State>[],
  keyOf: (state: State) => string,
): Outcome {
  const seen = new Set([keyOf(start)]);
  const queue = [start];
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (const { state: next, violation = null } of nextOf(state)) {
      if (violation !== null) return { states: seen.size, violation };
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return { states: seen.size, violation: null };
}
