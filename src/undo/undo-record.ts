import type { MadeRecord } from '../domain/undo.ts';
import { dnsRemoval, inspectDns } from '../tunnel/dns.ts';
import type { Context } from '../workspace/context.ts';
import { stays, type Undoing, undone } from './undoing.ts';

/** Returns the change that removes a created DNS record or restores a replaced one, unless it was changed since. */
export async function planRecordUndo(context: Context, made: MadeRecord): Promise<Undoing> {
  const { cloudflare: api, signal } = context;
  const { zone, tunnel, host, was } = made;
  if (api === null) return stays(`the DNS record of ${host}: undoing it needs --cloudflare-token-file FILE`);
  const state = await inspectDns(api, zone, host, tunnel, signal);
  if (state.is === 'absent' && was === undefined) return undone;
  const [record] = state.records;
  const isBack = record !== undefined && record.type === was?.type && record.content === was.content;
  if (isBack) return undone;
  const changes = dnsRemoval(state, made);
  return changes === null
    ? stays(`the DNS record of ${host}: changed since the rollout`)
    : { changes, kept: null };
}
