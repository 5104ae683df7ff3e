import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  urls: z.array(z.string()),
  configurations: z.array(
    z.object({
      name: z.string(),
      text: z.string(),
      verdict: z.enum(['valid', 'warning', 'invalid']),
      /** Index of the rule that matches each of the URLs. */
      rules: z.array(z.number()).optional(),
      /** Whether it is refused only because it has no rules; a tunnel runs with it. */
      none: z.literal(true).optional(),
    }),
  ),
  paths: z.array(z.string()),
  expressions: z.array(
    z.object({
      regex: z.string(),
      refused: z.literal(true).optional(),
      /** One digit for each of the paths: 1 if it matches. */
      matches: z.string().optional(),
    }),
  ),
});

/**
 * The results of cloudflared 2026.8.2 for 152 configurations and 133 regular expressions of `path`. Recorded from its
 * own packages `config` and `ingress`, with go-yaml and idna as it vendors them, compiled by Go 1.19. Go 1.26, which
 * compiles the released program, refuses a second colon in a host and brackets around anything but IPv6, and accepts
 * `(?<name>…)`: nothing recorded has these.
 */
export const recorded = schema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, 'cloudflared-2026.8.json'), 'utf8')),
);
