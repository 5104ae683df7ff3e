import type { Config } from '../../config/config.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { ApiRefusal } from '../../domain/ports/cloudflare.ts';
import { NetworkFault } from '../../domain/ports/http.ts';
import { ProblemError } from '../../domain/problem.ts';
import type { Remedy } from '../../domain/remedy.ts';
import { redacted } from '../../domain/secret.ts';
import { DatabaseError } from '../../domain/session.ts';

/** The hops of a request, from the database to the public URL. */
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

/** The result of checking one hop. */
export interface Verdict {
  readonly verdict: 'ok' | 'broken' | 'unknown';
  /** The result as one line. */
  readonly actual: string;
  /** How to fix a broken hop. */
  readonly todo: readonly Remedy[];
}

export interface Hop extends Verdict {
  readonly name: HopName;
}

/**
 * Returns the evidence about the hops. Without `hops`, requests passed all of them.
 * @param cloudflare with `connectTo`, no request used DNS
 */
export function hopEvidence(hops: readonly Hop[], { connectTo }: Config['cloudflare']): readonly Evidence[] {
  const target = 'production';
  if (hops.length === 0) {
    const passed = hopNames.filter((name) => connectTo === undefined || name !== 'DNS');
    const facts = Object.fromEntries(passed.map((name) => [name, 'passed']));
    const exception = connectTo === undefined ? '' : ` except DNS: requests went to ${connectTo}`;
    return [{ target, summary: `every hop was passed${exception}`, facts }];
  }
  return hops.map(({ name, verdict, actual: found }) => ({
    target,
    summary: `${name} ${verdict}: ${found}`,
    facts: { [name]: verdict },
  }));
}

export const ok = (found: string): Verdict => ({ verdict: 'ok', actual: found, todo: [] });
export const unknown = (found: string): Verdict => ({
  verdict: 'unknown',
  actual: redacted(found),
  todo: [],
});
export const broken = (found: string, ...todo: readonly Remedy[]): Verdict => ({
  verdict: 'broken',
  actual: redacted(found),
  todo,
});

/** Runs the check of a hop. If the check itself fails, the state of the hop is unknown. */
export async function checked(check: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof ProblemError) return unknown(error.problems[0].what);
    if (error instanceof NetworkFault) return unknown(`no answer from ${error.url} (${error.code})`);
    if (error instanceof ApiRefusal) return unknown(`Cloudflare's API answered ${error.status}`);
    if (error instanceof DatabaseError) return unknown(error.message);
    throw error;
  }
}
