import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Call, Calls } from './call.ts';
import { ApiFailure, unauthenticated } from './envelope.ts';
import { may, seesZone } from './permission.ts';
import type { DnsRecord, Permission } from './state.ts';

const inputSchema = z.object({
  type: z.string(),
  name: z.string(),
  content: z.string(),
  proxied: z.boolean().optional(),
  ttl: z.number().optional(),
  comment: z.string().nullish(),
});

/** Calls for the records of a zone: list (by name, type, content), read, create, replace and update. */
export const dnsCalls: Calls = {
  'GET /zones/*/dns_records': (call) => {
    const zone = zoneOf(call, 'DNS:Read');
    const wants = (key: 'name' | 'type' | 'content', value: string) => {
      const wanted = [key, `${key}.exact`, `${key}[exact]`]
        .map((one) => call.query.get(one))
        .find((one) => one !== null);
      return wanted === undefined || wanted === null || wanted.toLowerCase() === value.toLowerCase();
    };
    return call.state.dns
      .filter((one) => one.zone === zone.id)
      .filter(
        ({ name, type, content }) => wants('name', name) && wants('type', type) && wants('content', content),
      )
      .map(shown);
  },
  'GET /zones/*/dns_records/*': (call) => shown(recordOf(call, zoneOf(call, 'DNS:Read').id)),
  'POST /zones/*/dns_records': (call) => {
    const zone = zoneOf(call, 'DNS:Edit');
    const { comment, proxied, ttl, ...given } = read(inputSchema, call.body);
    const record: DnsRecord = {
      id: randomUUID().replaceAll('-', ''),
      zone: zone.id,
      ...given,
      name: fullName(given.name, zone.name),
      proxied: proxied ?? false,
      ttl: ttl ?? 1,
      comment: comment ?? null,
    };
    checkFree(call.state.dns, record);
    call.state.dns.push(record);
    return shown(record);
  },
  'PATCH /zones/*/dns_records/*': (call) => change(call, read(changeSchema, call.body)),
  'PUT /zones/*/dns_records/*': (call) => change(call, read(inputSchema, call.body)),
  'DELETE /zones/*/dns_records/*': (call) => {
    const record = recordOf(call, zoneOf(call, 'DNS:Edit').id);
    call.state.dns.splice(call.state.dns.indexOf(record), 1);
    return { id: record.id };
  },
};

const changeSchema = inputSchema.partial();
type Change = z.infer<typeof changeSchema>;

function change(call: Call, { name, comment, ...given }: Change) {
  const zone = zoneOf(call, 'DNS:Edit');
  const record = recordOf(call, zone.id);
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  Object.assign(record, stated, name === undefined ? {} : { name: fullName(name, zone.name) });
  if (comment !== undefined) record.comment = comment;
  return shown(record);
}

function zoneOf({ state, token, ids: [id = ''] }: Call, permission: Permission) {
  const zone = state.zones.find((one) => one.id === id);
  if (zone === undefined || !may(token, permission) || !seesZone(token, id)) throw unauthenticated();
  return zone;
}

function recordOf({ state, ids: [, id = ''] }: Call, zone: string): DnsRecord {
  const record = state.dns.find((one) => one.id === id && one.zone === zone);
  if (record === undefined) throw new ApiFailure(404, 81044, 'Record does not exist.');
  return record;
}

function checkFree(records: readonly DnsRecord[], record: DnsRecord): void {
  const same = records.filter(({ zone, name }) => zone === record.zone && name === record.name);
  if (same.some(({ type, content }) => type === record.type && content === record.content))
    throw new ApiFailure(400, 81058, 'An identical record already exists.');
  const addresses = ['A', 'AAAA', 'CNAME'];
  const clash = same.some(({ type }) =>
    record.type === 'CNAME' ? addresses.includes(type) : type === 'CNAME',
  );
  if (addresses.includes(record.type) && clash)
    throw new ApiFailure(400, 81053, 'An A, AAAA, or CNAME record with that host already exists.');
}

/** Completes `@` and a relative name with the zone. */
function fullName(name: string, zone: string): string {
  if (name === '@') return zone;
  return name === zone || name.endsWith(`.${zone}`) ? name : `${name}.${zone}`;
}

const shown = ({ id, type, name, content, proxied, ttl, comment }: DnsRecord) => ({
  id,
  name,
  type,
  content,
  proxiable: ['A', 'AAAA', 'CNAME'].includes(type),
  proxied,
  ttl,
  settings: {},
  meta: {},
  comment,
  tags: [],
});

function read<Value>(schema: z.ZodType<Value>, body: unknown): Value {
  const parsed = schema.safeParse(body);
  if (!parsed.success)
    throw new ApiFailure(400, 9005, `DNS validation error: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
