import { composeFile } from '../../containers/compose-ready.ts';
import { databaseChanges, databaseFindings, lookAtDatabase } from '../../containers/database-container.ts';
import { hasAllKeys } from '../../containers/env.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Problem } from '../../domain/problem.ts';
import { missing, type Need, type Step } from '../../domain/step.ts';
import { locallyTested } from '../../host/locally-tested.ts';
import { envLocation, hostFiles, productionStack, withoutContainers } from '../../host/site.ts';
import type { Context } from '../../workspace/context.ts';
import { layout } from '../../workspace/layout.ts';
import { stateOf } from '../../workspace/own-file.ts';

const boxes = { started: '3.2#1', running: '3.2#2', log: '3.2#3', networks: ['3.2#4', '0.2#2'] } as const;

/** The compose file of the workspace, and an .env with all that it asks for, lie on the droplet. */
export const deployed: Need<Context> = {
  step: '3.1',
  what: "the deployment's files on the droplet",
  holds: async (context) => {
    if ((await context.files.look(layout.compose)).type !== 'file') return false;
    if (!(await hasAllKeys(envLocation(context)))) return false;
    const text = await context.files.read(layout.compose);
    return (await stateOf(hostFiles(context), { path: 'docker-compose.yml', text })) === 'same';
  },
};

/** The database's container on the droplet. */
export const container: Step<Context> = {
  id: '3.2',
  phase: 'production',
  title: 'container',
  wanted: 'postgres-erp on the droplet, healthy, within its limits, answering a log-in',
  needs: [locallyTested, deployed],
  skipReason: withoutContainers,
  async check(context) {
    const findings = await databaseFindings(productionStack(context), context.signal);
    return findings.length > 0 ? missing(...findings) : lookAt(context);
  },
  verify: lookAt,
  preview: (context) => changes(context, false),
  foresee: (context) => changes(context, true),
};

function lookAt(context: Context) {
  const onLine = (line: string) => context.output('3.2', line);
  return lookAtDatabase(productionStack(context), boxes, context.signal, onLine);
}

async function changes(context: Context, toCome: boolean): Promise<readonly PlannedChange[] | Problem> {
  return databaseChanges(productionStack(context), await composeFile(context, toCome), context.signal);
}
