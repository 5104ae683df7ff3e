import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { checkout, prefix } from '../places.ts';

const composeSchema = z.object({
  services: z.object({
    'postgres-erp': z.object({ image: z.string() }),
    'postgrest-erp': z.object({ image: z.string() }),
  }),
});

const compose = join(checkout, 'assets/compose/docker-compose.yml');
const { services } = composeSchema.parse(parse(readFileSync(compose, 'utf8')));

/** The tags of the images that tests use. Some are read from the compose file, which pins them. */
export const pins = {
  postgres: services['postgres-erp'].image,
  postgrest: services['postgrest-erp'].image,
  traefik: 'traefik:v3.6.1',
  /** Always the double, because the real cloudflared connects only to Cloudflare. */
  cloudflared: `${prefix}/cloudflared:1`,
} as const;

/** The testbed's image of a machine with an engine; no real image of it exists. */
export const machineTag = `${prefix}/machine:1`;
