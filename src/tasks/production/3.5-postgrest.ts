import { apiChanges, apiFindings, lookAtApi } from '../../containers/api-container.ts';
import { composeFile } from '../../containers/compose-ready.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Problem } from '../../domain/problem.ts';
import { missing, type Step } from '../../domain/step.ts';
import { locallyTested } from '../../host/locally-tested.ts';
import { productionStack, withoutContainers } from '../../host/site.ts';
import { validatedThere } from '../../schema/production-needs.ts';
import { routeNamesTaken } from '../../tunnel/traefik.ts';
import type { Context } from '../../workspace/context.ts';
import { deployed } from './3.2-container.ts';

const boxes = {
  started: '3.5#1',
  running: '3.5#2',
  log: '3.5#3',
  endpoints: ['3.5#4'],
  limits: '0.2#3',
} as const;

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
