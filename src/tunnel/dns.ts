import * as z from 'zod';
import { exact } from '../domain/build-change.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { CloudflareApi } from '../domain/ports/cloudflare.ts';
import { type Problem, ProblemError } from '../domain/problem.ts';
import type { Finding } from '../domain/step.ts';
import type { MadeRecord, RecordContent } from '../domain/undo.ts';
import { manyRecords, noZone } from './problems.ts';

export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly account: string;
}

const zonesSchema = z.array(
  z.looseObject({ id: z.string(), name: z.string(), account: z.looseObject({ id: z.string() }) }),
);

/**
 * Returns the zone that owns a hostname: the longest of its parent domains that is a zone. Records in zones above it
 * are never used (cloudflared#797).
 * @throws ProblemError if there is none
 */
export async function zoneOf(api: CloudflareApi, host: string, signal: AbortSignal): Promise<Zone> {
  const labels = host.toLowerCase().split('.');
  for (let at = 0; at < labels.length - 1; at++) {
    const name = labels.slice(at).join('.');
    const zones = zonesSchema.parse(await api.call('GET', `/zones?name=${name}`, null, signal));
    const zone = zones.find((one) => one.name === name);
    if (zone !== undefined) return { id: zone.id, name, account: zone.account.id };
  }
  throw new ProblemError(noZone(host));
}

const recordSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  content: z.string(),
  proxied: z.boolean().default(false),
  ttl: z.int().default(1),
  comment: z.string().nullish(),
});
type DnsRecord = z.infer<typeof recordSchema>;

/** The records of a hostname at Cloudflare, and their state with regard to a tunnel. */
export interface DnsState {
  /** The ids at Cloudflare. */
  readonly zone: string;
  readonly tunnel: string;
  readonly listPath: string;
  /** The answer of the API: a change is made only if it is still the same. */
  readonly listed: unknown;
  readonly target: string;
  readonly is: 'there' | 'absent' | 'other';
  /** The records that conflict with a CNAME. */
  readonly records: readonly DnsRecord[];
}

/** Types of records that direct a hostname to a server. */
const leading = ['A', 'AAAA', 'CNAME'];

export async function inspectDns(
  api: CloudflareApi,
  zone: string,
  host: string,
  tunnel: string,
  signal: AbortSignal,
): Promise<DnsState> {
  const listPath = `${recordsOf(zone)}?name.exact=${host}&per_page=100`;
  const listed = await api.call('GET', listPath, null, signal);
  const records = z
    .array(recordSchema)
    .parse(listed)
    .filter(({ type }) => leading.includes(type));
  const target = `${tunnel}.cfargotunnel.com`;
  return { zone, tunnel, listPath, listed, target, records, is: judge(records, target) };
}

/** Only a proxied CNAME to the hostname of the tunnel leads to it. */
function judge(records: readonly DnsRecord[], target: string): DnsState['is'] {
  const [record] = records;
  if (record === undefined) return 'absent';
  const leads = record.type === 'CNAME' && record.proxied && record.content.toLowerCase() === target;
  return leads ? 'there' : 'other';
}

export function dnsFindings({ is, records, target }: DnsState, host: string): readonly Finding[] {
  if (is === 'there') return [];
  const found = is === 'absent' ? 'no record' : records.map(shownRecord).join(', ');
  return [{ what: `DNS record of ${host}`, expected: `CNAME ${target}, proxied`, actual: found }];
}

/** Returns the change that creates the record, or, with separate approval, replaces another one. */
export function dnsChanges(state: DnsState, zone: Zone, host: string): readonly PlannedChange[] | Problem {
  const { is, records, target } = state;
  if (is === 'there') return [];
  const [record, another] = records;
  if (another !== undefined) return manyRecords(host, records.map(shownRecord));
  const wanted = { type: 'CNAME', name: host, content: target, proxied: true, ttl: 1 };
  const made = { type: 'record', zone: zone.id, tunnel: state.tunnel, host } as const;
  const base = { ...requestTo(state), body: JSON.stringify(wanted) };
  const added = `+ ${shownRecord(wanted)}`;
  if (record === undefined) {
    const change = {
      ...base,
      method: 'POST',
      url: recordsOf(zone.id),
      summary: `create the DNS record of ${host} in the zone ${zone.name}`,
      diff: [added],
      undo: made,
    } as const;
    return [exact(change)];
  }
  const change = {
    ...base,
    method: 'PUT',
    url: `${recordsOf(zone.id)}/${record.id}`,
    effect: 'changes',
    summary: `replace the DNS record of ${host} in the zone ${zone.name}`,
    diff: [`- ${shownRecord(record)}`, added],
    undo: { ...made, was: contentOf(record) },
  } as const;
  const why = `${host} is ${shownRecord(record)} now; its requests would go to the tunnel instead.`;
  return [exact(change, { flag: '--replace-dns', why })];
}

/** Returns the changes that remove a created record or restore a replaced one; null if it was changed since the rollout. */
export function dnsRemoval(state: DnsState, { host, was }: MadeRecord): readonly PlannedChange[] | null {
  const [record, another] = state.records;
  if (state.is !== 'there' || record === undefined || another !== undefined) return null;
  const base = { ...requestTo(state), url: `${recordsOf(state.zone)}/${record.id}` };
  const removed = `- ${shownRecord(record)}`;
  const change =
    was === undefined
      ? ({
          ...base,
          method: 'DELETE',
          body: 'null',
          effect: 'removes',
          summary: `remove the DNS record of ${host}`,
          diff: [removed],
        } as const)
      : ({
          ...base,
          method: 'PUT',
          body: JSON.stringify({ name: host, ...was }),
          effect: 'changes',
          summary: `restore the DNS record of ${host}`,
          diff: [removed, `+ ${shownRecord({ name: host, ...was })}`],
        } as const);
  return [exact(change)];
}

/** The precondition: the records are still those that were inspected. */
function requestTo({ listPath, listed }: DnsState) {
  return {
    kind: 'request',
    api: 'cloudflare',
    before: { url: listPath, result: listed },
    observable: true,
  } as const;
}

const recordsOf = (zone: string) => `/zones/${zone}/dns_records`;

function contentOf({ type, content, proxied, ttl, comment }: DnsRecord): RecordContent {
  return { type, content, proxied, ttl, ...(comment == null ? {} : { comment }) };
}

function shownRecord({
  type,
  name,
  content,
  proxied,
}: Pick<DnsRecord, 'type' | 'name' | 'content' | 'proxied'>): string {
  return `${type} ${name} → ${content}${proxied ? ', proxied' : ', not proxied'}`;
}
