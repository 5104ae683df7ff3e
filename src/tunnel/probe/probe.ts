import { clockAhead, clockSkew } from '../../containers/host-clock.ts';
import { pause } from '../../domain/pause.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { Context } from '../../workspace/context.ts';
import { askPublic, isWell, type PublicTry, tryWords } from './ask-public.ts';
import { health, postgrest, roleAndGrants, schemaCache } from './database-hops.ts';
import { type Hop, type HopName, hopNames, looked, unknown, type Verdict } from './hop.ts';
import { access, certificate, dns } from './public-hops.ts';
import { ingressRule, network, traefikRoute, tunnelConnection } from './route-hops.ts';

/** What the probe found. */
export interface Probed {
  /** One line for each question, and one about the droplet's clock if it differs from this machine's. */
  readonly asked: readonly string[];
  /** Whether a signed token was among what was asked. */
  readonly withToken: boolean;
  /** Empty where the answers are as wanted: then every hop was passed. */
  readonly hops: readonly Hop[];
  readonly problem: Problem | null;
}

/** Milliseconds between two tries. */
const pace = 1_000;

/**
 * Asks the public way in, and looks at its hops where the answer is not the one that is wanted.
 * @param patience milliseconds that a way that was just made is given
 */
export async function probe(context: Context, patience: number): Promise<Probed> {
  const until = performance.now() + patience;
  let tries = await askPublic(context);
  while (!isWell(tries) && performance.now() < until) {
    await pause(pace, context.signal);
    tries = await askPublic(context);
  }
  const { publicHost } = context.config;
  const skew = await skewOf(context);
  const asked = [...tries.map((one) => tryWords(one, publicHost)), ...(skew === null ? [] : [skew])];
  const withToken = tries.some(({ who }) => who === 'token');
  if (isWell(tries)) return { asked, withToken, hops: [], problem: null };
  const hops = await walk(context, tries);
  return { asked, withToken, hops, problem: wayIsBroken(publicHost, hops, asked) };
}

async function skewOf({ production, signal }: Context): Promise<string | null> {
  const host = production?.stack?.host;
  return host === undefined ? null : clockSkew(host, await clockAhead(host, signal));
}

const looks: Readonly<
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

/** Hops that can be looked at without the droplet. */
const outside: readonly HopName[] = ['DNS', 'certificate', 'Cloudflare Access'];

/** Every hop at once, each by a look of its own. */
async function walk(context: Context, tries: readonly PublicTry[]): Promise<readonly Hop[]> {
  return Promise.all(
    hopNames.map(async (name): Promise<Hop> => {
      if (context.production?.stack == null && !outside.includes(name))
        return { name, ...unknown('no droplet is configured') };
      return { name, ...(await looked(async () => looks[name](context, tries))) };
    }),
  );
}

function wayIsBroken(host: string, hops: readonly Hop[], asked: readonly string[]): Problem {
  const first = hops.find(({ verdict }) => verdict === 'broken');
  const table = hops.map(({ name, verdict, found }) => `${verdict.padEnd(8)} ${name.padEnd(18)} ${found}`);
  const excerpt = [...asked, '', ...table];
  const base = { code: 'ERP-0670', exit: exitCodes.stepFailed, excerpt } as const;
  const again = 'Then ask again: erp-deploy probe';
  if (first === undefined) {
    return {
      ...base,
      what: `https://${host} does not answer as it should, and no hop was found broken.`,
      why: 'What could be looked at is well; what came back, and what is unknown, is below.',
      todo: ['Look at what is unknown first, and at the dashboard: rules, redirects, workers.', again],
    };
  }
  return {
    ...base,
    what: `https://${host} does not answer as it should: ${first.name} is broken.`,
    why: `${first.found}. It is the first broken hop from the database outward; all of them are below.`,
    todo: [...first.todo, again],
  };
}
