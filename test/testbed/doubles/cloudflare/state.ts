import { z } from 'zod';

/** The token permissions of the double, grouped as in the dashboard. Edit includes Read. */
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
  /** The configuration of a tunnel that is configured at Cloudflare. */
  config: z
    .looseObject({ ingress: z.array(z.looseObject({})) })
    .nullable()
    .default(null),
  version: z.number().default(0),
});
export type TunnelState = z.infer<typeof tunnelSchema>;

/** The state of the double, in its state file and in `GET /double/state`. */
export const stateSchema = z.object({
  tokens: z
    .array(
      z.object({
        value: z.string(),
        id: z.string(),
        status: z.enum(['active', 'disabled', 'expired']).default('active'),
        permissions: z.array(permissionSchema),
        /** The ids of its zones; absent means all. */
        zones: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
  zones: z.array(z.object({ id: z.string(), name: z.string(), account: z.string() })).default([]),
  tunnels: z.array(tunnelSchema).default([]),
  dns: z.array(recordSchema).default([]),
  /** Host names behind Cloudflare Access, which redirects unauthenticated requests to a login page. */
  access: z.array(z.object({ hostname: z.string(), team: z.string() })).default([]),
});
export type State = z.infer<typeof stateSchema>;
export type Token = State['tokens'][number];
