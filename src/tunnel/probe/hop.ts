import type { Config } from '../../config/config.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { ApiRefusal, NetworkFault } from '../../domain/ports.ts';
import { ProblemError } from '../../domain/problem.ts';
import { redacted } from '../../domain/secret.ts';
import { DatabaseError } from '../../domain/session.ts';

/** From the database outward. */
export const hopNames = [
  'role and grants',
  'schema cache',
  'PostgREST',
  'health',
  'Traefik route',
  'network',
  'ingress rule',
  'tunnel connection',
  'DNS',
  'certificate',
  'Cloudflare Access',
] as const;

export type HopName = (typeof hopNames)[number];

/** What a look at one hop said. */
export interface Verdict {
  readonly verdict: 'ok' | 'broken' | 'unknown';
  /** What was seen, in a line. */
  readonly found: string;
  /** What to do about one that is broken. */
  readonly todo: readonly string[];
}

export interface Hop extends Verdict {
  readonly name: HopName;
}

/**
 * What was seen of the hops, to be kept: where the whole way was passed, that is what is known of each.
 * @param cloudflare where it says what to connect to, no request has gone by DNS
 */
export function hopEvidence(hops: readonly Hop[], { connectTo }: Config['cloudflare']): readonly Evidence[] {
  const target = 'production';
  if (hops.length === 0) {
    const asked = hopNames.filter((name) => connectTo === undefined || name !== 'DNS');
    const facts = Object.fromEntries(asked.map((name) => [name, 'passed']));
    const but = connectTo === undefined ? '' : ` but DNS: ${connectTo} was asked`;
    return [{ target, summary: `every hop was passed${but}`, facts }];
  }
  return hops.map(({ name, verdict, found }) => ({
    target,
    summary: `${name} ${verdict}: ${found}`,
    facts: { [name]: verdict },
  }));
}

export const ok = (found: string): Verdict => ({ verdict: 'ok', found, todo: [] });
export const unknown = (found: string): Verdict => ({ verdict: 'unknown', found: redacted(found), todo: [] });
export const broken = (found: string, ...todo: readonly string[]): Verdict => ({
  verdict: 'broken',
  found: redacted(found),
  todo,
});

/** A look that the world refused says nothing about its hop, unless the look itself knows better. */
export async function looked(look: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ProblemError) return unknown(error.problems[0].what);
    if (error instanceof NetworkFault) return unknown(`no answer from ${error.url} (${error.code})`);
    if (error instanceof ApiRefusal) return unknown(`Cloudflare's API answered ${error.status}`);
    if (error instanceof DatabaseError) return unknown(error.message);
    throw error;
  }
}
