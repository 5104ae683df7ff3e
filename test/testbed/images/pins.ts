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

/** The tags of the images that tests use. Those that the compose file pins are read from it. */
export const pins = {
  postgres: services['postgres-erp'].image,
  postgrest: services['postgrest-erp'].image,
  traefik: 'traefik:v3.6.1',
  /** Always the double: a real one dials only Cloudflare. */
  cloudflared: `${prefix}/cloudflared:1`,
} as const;

/** The testbed's own image of a machine with an engine in it: there is no real one. */
export const machineTag = `${prefix}/machine:1`;
