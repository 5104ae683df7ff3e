import type { PlannedChange } from '../../domain/change.ts';
import type { Problem } from '../../domain/problem.ts';
import { missing, type Need, type Step } from '../../domain/step.ts';
import { routeNamesTaken } from '../cloudflare/traefik.ts';
import type { Context } from '../context.ts';
import { composeFile } from '../local-test/compose-ready.ts';
import { validated } from '../local-test/validated.ts';
import { apiChanges, apiFindings, lookAtApi } from '../stack/api-container.ts';
import { deployed } from './3.2-container.ts';
import { locallyTested } from './locally-tested.ts';
import { atProduction, productionStack, withoutContainers } from './site.ts';

const boxes = {
  started: '3.5#1',
  running: '3.5#2',
  log: '3.5#3',
  endpoints: ['3.5#4'],
  limits: '0.2#3',
} as const;

/** Production's database is what its migrations say, looked at now. */
export const validatedThere: Need<Context> = {
  step: '3.4',
  what: 'a validated database in production',
  holds: (context) => validated.holds(atProduction(context)),
};

/** The API on the droplet: its own log-in, its container, and both endpoints asked there. */
export const productionPostgrest: Step<Context> = {
  id: '3.5',
  phase: 'production',
  title: 'PostgREST',
  wanted: 'PostgREST healthy on the droplet, refusing strangers and answering a signed token',
  needs: [locallyTested, deployed, validatedThere],
  skipReason: withoutContainers,
  async check(context) {
    const { name } = context.config.database;
    const findings = await apiFindings(productionStack(context), name, context.signal);
    return findings.length > 0 ? missing(...findings) : lookAt(context);
  },
  verify: lookAt,
  preview: (context) => changes(context, false),
  foresee: (context) => changes(context, true),
};

function lookAt(context: Context) {
  const onLine = (line: string) => context.output('3.5', line);
  return lookAtApi(productionStack(context), boxes, context.signal, onLine);
}

async function changes(context: Context, toCome: boolean): Promise<readonly PlannedChange[] | Problem> {
  const file = await composeFile(context, toCome);
  const taken = await routeNamesTaken(productionStack(context).host, file.composeText, context.signal);
  if (taken !== null) return taken;
  return apiChanges(productionStack(context), file, context.config.database.name, context.signal);
}
