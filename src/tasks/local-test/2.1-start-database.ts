import { composeFile, composeReady } from '../../containers/compose-ready.ts';
import { databaseChanges, databaseFindings, lookAtDatabase } from '../../containers/database-container.ts';
import type { Stack } from '../../containers/stack.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Problem } from '../../domain/problem.ts';
import { missing, type Step } from '../../domain/step.ts';
import { lookAtEmbedded, makeEmbedded } from '../../schema/embedded-start.ts';
import type { Context } from '../../workspace/context.ts';

const boxes = { started: '2.1#1', running: '2.1#2', log: '2.1#3', networks: ['0.2#2'] } as const;

/** The local database: in its container, or on the embedded engine. */
export const startDatabase: Step<Context> = {
  id: '2.1',
  phase: 'local-test',
  title: 'start database',
  wanted: 'a local PostgreSQL that answers, in its container where Docker runs the local test',
  needs: [composeReady],
  async check(context) {
    const { stack, signal } = context;
    if (stack === null) return lookAtEmbedded(context);
    const findings = await databaseFindings(stack, signal);
    return findings.length > 0 ? missing(...findings) : lookAt(context, stack);
  },
  verify: async (context) =>
    context.stack === null ? lookAtEmbedded(context) : lookAt(context, context.stack),
  preview: async (context) => changes(context, false),
  foresee: async (context) => changes(context, true),
};

async function changes(context: Context, toCome: boolean): Promise<readonly PlannedChange[] | Problem> {
  const { stack, signal } = context;
  return stack === null ? makeEmbedded : databaseChanges(stack, await composeFile(context, toCome), signal);
}

function lookAt(context: Context, stack: Stack) {
  return lookAtDatabase(stack, boxes, context.signal, (line) => context.output('2.1', line));
}
