import type { Calls } from './call.ts';
import { ApiFailure } from './envelope.ts';
import { may, seesZone } from './permission.ts';
import type { State } from './state.ts';

type Zone = State['zones'][number];

const shown = (state: State, { id, name, account }: Zone) => ({
  id,
  name,
  status: 'active',
  paused: false,
  type: 'full',
  account: { id: account, name: state.accounts.find((one) => one.id === account)?.name ?? '' },
});

/** Calls for accounts and zones. A token sees only its zones; without Zone:Read it cannot list them. */
export const zoneCalls: Calls = {
  'GET /accounts': ({ state }) => state.accounts.map(({ id, name }) => ({ id, name, type: 'standard' })),
  'GET /zones': ({ state, token, query }) => {
    if (!may(token, 'Zone:Read'))
      throw new ApiFailure(403, 9109, 'Unauthorized to access requested resource');
    const name = query.get('name');
    return state.zones
      .filter((zone) => seesZone(token, zone.id) && (name === null || zone.name === name))
      .map((zone) => shown(state, zone));
  },
  'GET /zones/*': ({ state, token, ids: [id = ''] }) => {
    const zone = state.zones.find((one) => one.id === id);
    if (zone === undefined || !may(token, 'Zone:Read') || !seesZone(token, id))
      throw new ApiFailure(403, 9109, 'Unauthorized to access requested resource');
    return shown(state, zone);
  },
};
