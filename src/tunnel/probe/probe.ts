import { clockAhead, clockSkew } from '../../containers/host-clock.ts';
import { pause } from '../../domain/pause.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { Context } from '../../workspace/context.ts';
import { allExpected, askPublic, type PublicTry, trySummary } from './ask-public.ts';
import { health, postgrest, roleAndGrants, schemaCache } from './database-hops.ts';
import { checked, type Hop, type HopName, hopNames, unknown, type Verdict } from './hop.ts';
import { access, certificate, dns } from './public-hops.ts';
import { ingressRule, network, traefikRoute, tunnelConnection } from './route-hops.ts';

export interface Probed {
  /** One line for each request, and one about the host's clock if it differs from this machine's. */
  readonly asked: readonly string[];
  /** The URL that was requested first. */
  readonly url: string;
  /** Whether requests with a signed token were made. */
  readonly withToken: boolean;
  /** Empty if the answers are as expected: then the requests passed every hop. */
  readonly hops: readonly Hop[];
  readonly problem: Problem | null;
}

/** Milliseconds between two tries. */
const pollInterval = 1_000;

/**
 * Requests the public URL, and checks each hop if an answer is not as expected.
 * @param patience milliseconds for which requests are repeated, since a new route takes effect with a delay
 */
export async function probe(context: Context, patience: number): Promise<Probed> {
  const until = performance.now() + patience;
  let tries = await askPublic(context);
  while (!allExpected(tries) && performance.now() < until) {
    await pause(pollInterval, context.signal);
    tries = await askPublic(context);
  }
  const { publicHost } = context.config;
  const skew = await skewOf(context);
  const asked = [...tries.map((one) => trySummary(one, publicHost)), ...(skew === null ? [] : [skew])];
  const requests = {
    asked,
    url: `https://${publicHost}${tries[0]?.path ?? ''}`,
    withToken: tries.some(({ who }) => who === 'token'),
  };
  if (allExpected(tries)) return { ...requests, hops: [], problem: null };
  const hops = await checkHops(context, tries);
  return { ...requests, hops, problem: urlIsBroken(publicHost, hops, asked) };
}

async function skewOf({ production, signal }: Context): Promise<string | null> {
  const host = production?.stack?.host;
  return host === undefined ? null : clockSkew(host, await clockAhead(host, signal));
}

const checks: Readonly<
  Record<HopName, (context: Context, tries: readonly PublicTry[]) => Verdict | Promise<Verdict>>
> = {
  'role and grants': roleAndGrants,
  'schema cache': schemaCache,
  PostgREST: postgrest,
  health,
  'Traefik route': traefikRoute,
  network,
  'ingress rule': ingressRule,
  'tunnel connection': tunnelConnection,
  DNS: dns,
  certificate,
  'Cloudflare Access': access,
};

/** Hops that can be checked without the production host. */
const outside: readonly HopName[] = ['DNS', 'certificate', 'Cloudflare Access'];

/** Checks all hops, at the same time. */
async function checkHops(context: Context, tries: readonly PublicTry[]): Promise<readonly Hop[]> {
  return Promise.all(
    hopNames.map(async (name): Promise<Hop> => {
      if (context.production?.stack == null && !outside.includes(name))
        return { name, ...unknown('no production host is configured') };
      return { name, ...(await checked(async () => checks[name](context, tries))) };
    }),
  );
}

function urlIsBroken(host: string, hops: readonly Hop[], asked: readonly string[]): Problem {
  const first = hops.find(({ verdict }) => verdict === 'broken');
  const table = hops.map(
    ({ name, verdict, actual: found }) => `${verdict.padEnd(8)} ${name.padEnd(18)} ${found}`,
  );
  const excerpt = [...asked, '', ...table];
  const base = { code: 'ERP-0670', exit: exitCodes.stepFailed, excerpt } as const;
  const again = { text: 'Then test again', command: ['erp-deploy', 'probe'] };
  if (first === undefined) {
    return {
      ...base,
      what: `https://${host} does not answer as expected, and no broken hop was found.`,
      why: 'Every hop that could be checked is working.',
      todo: [
        { text: 'Check the unknown hops first, then the rules, redirects and workers in the dashboard.' },
        again,
      ],
    };
  }
  return {
    ...base,
    what: `https://${host} does not answer as expected: ${first.name} is broken.`,
    why: `${first.actual}. It is the first broken hop from the database outward.`,
    todo: [...first.todo, again],
  };
}
