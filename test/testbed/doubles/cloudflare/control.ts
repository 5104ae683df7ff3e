import type { ServerResponse } from 'node:http';
import { send } from './envelope.ts';
import { type Faults, faultSchema } from './faults.ts';
import { type State, stateSchema } from './state.ts';

/**
 * The endpoints with which tests control the double: `GET /double/state`, `PUT /double/state` (all of it), `POST
 * /double/faults` (one), `DELETE /double/faults`.
 */
export function controlPanel(
  state: State,
  faults: Faults,
  call: string,
  body: string,
  response: ServerResponse,
): void {
  const known = ['GET /double/state', 'PUT /double/state', 'POST /double/faults', 'DELETE /double/faults'];
  if (call === 'PUT /double/state') Object.assign(state, stateSchema.parse(JSON.parse(body)));
  if (call === 'POST /double/faults') faults.plan(faultSchema.parse(JSON.parse(body)));
  if (call === 'DELETE /double/faults') faults.clear();
  send(response, known.includes(call) ? 200 : 404, call === 'GET /double/state' ? state : {});
}
