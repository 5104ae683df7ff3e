import type { Edge } from './edge.ts';
import type { State, Token } from './state.ts';

/** What a call is about, once its token is known. */
export interface Call {
  readonly state: State;
  readonly edge: Edge;
  readonly token: Token;
  readonly query: URLSearchParams;
  /** The body, read as JSON; undefined for none. */
  readonly body: unknown;
  /** The parts of the path that the pattern left open. */
  readonly ids: readonly string[];
}

/** By method and path, with a star for what is left open: `GET /zones/*`. */
export type Calls = Readonly<Record<string, (call: Call) => unknown>>;
