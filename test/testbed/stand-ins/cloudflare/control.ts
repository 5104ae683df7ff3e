import type { ServerResponse } from 'node:http';
import { send } from './envelope.ts';
import { type Faults, faultSchema } from './faults.ts';
import { type State, stateSchema } from './state.ts';

/**
 * What tests steer the stand-in by: `GET /stand-in/state`, `PUT /stand-in/state` (all of it),
 * `POST /stand-in/faults` (one), `DELETE /stand-in/faults`.
 */
export function controlPanel(
  state: State,
  faults: Faults,
  call: string,
  body: string,
  response: ServerResponse,
): void {
  const known = [
    'GET /stand-in/state',
    'PUT /stand-in/state',
    'POST /stand-in/faults',
    'DELETE /stand-in/faults',
  ];
  if (call === 'PUT /stand-in/state') Object.assign(state, stateSchema.parse(JSON.parse(body)));
  if (call === 'POST /stand-in/faults') faults.plan(faultSchema.parse(JSON.parse(body)));
  if (call === 'DELETE /stand-in/faults') faults.clear();
  send(response, known.includes(call) ? 200 : 404, call === 'GET /stand-in/state' ? state : {});
}
