import type { Edge } from './edge.ts';
import type { State, Token } from './state.ts';

/** An API call with an accepted token. */
export interface Call {
  readonly state: State;
  readonly edge: Edge;
  readonly token: Token;
  readonly query: URLSearchParams;
  /** The parsed JSON body; undefined if there is none. */
  readonly body: unknown;
  /** The parts of the path at the stars of the pattern. */
  readonly ids: readonly string[];
}

/** Handlers by method and path pattern, such as `GET /zones/*`. */
export type Calls = Readonly<Record<string, (call: Call) => unknown>>;
