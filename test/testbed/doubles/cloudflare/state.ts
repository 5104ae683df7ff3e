import { z } from 'zod';

/** The permissions of tokens that the double knows, as the dashboard groups them. Edit includes Read. */
const permissionSchema = z.enum([
  'Zone:Read',
  'DNS:Read',
  'DNS:Edit',
  'Cloudflare Tunnel:Read',
  'Cloudflare Tunnel:Edit',
  'Account Settings:Read',
]);
export type Permission = z.infer<typeof permissionSchema>;

const recordSchema = z.object({
  id: z.string(),
  zone: z.string(),
  type: z.string(),
  name: z.string(),
  content: z.string(),
  proxied: z.boolean().default(false),
  /** 1 means automatic. */
  ttl: z.number().default(1),
  comment: z.string().nullable().default(null),
});
export type DnsRecord = z.infer<typeof recordSchema>;

const tunnelSchema = z.object({
  id: z.string(),
  name: z.string(),
  account: z.string(),
  secret: z.string(),
  config_src: z.enum(['local', 'cloudflare']),
  /** One document, for a tunnel that is configured at Cloudflare. */
  config: z
    .looseObject({ ingress: z.array(z.looseObject({})) })
    .nullable()
    .default(null),
  version: z.number().default(0),
});
export type TunnelState = z.infer<typeof tunnelSchema>;

/** What the double begins with, and what `GET /double/state` shows: the form of the file it is started with. */
export const stateSchema = z.object({
  tokens: z
    .array(
      z.object({
        value: z.string(),
        id: z.string(),
        status: z.enum(['active', 'disabled', 'expired']).default('active'),
        permissions: z.array(permissionSchema),
        /** The ids of the zones it is for; absent means all. */
        zones: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
  zones: z.array(z.object({ id: z.string(), name: z.string(), account: z.string() })).default([]),
  tunnels: z.array(tunnelSchema).default([]),
  dns: z.array(recordSchema).default([]),
  /** Host names behind Cloudflare Access: a stranger is sent to a log-in page. */
  access: z.array(z.object({ hostname: z.string(), team: z.string() })).default([]),
});
export type State = z.infer<typeof stateSchema>;
export type Token = State['tokens'][number];
