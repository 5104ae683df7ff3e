import { apiChanges, apiFindings, lookAtApi } from '../../containers/api-container.ts';
import { composeFile, composeReady } from '../../containers/compose-ready.ts';
import type { Stack } from '../../containers/stack.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Problem } from '../../domain/problem.ts';
import { type Look, missing, type Step } from '../../domain/step.ts';
import { validated } from '../../schema/validated.ts';
import type { Context } from '../../workspace/context.ts';

const noNetwork = 'PostgREST runs in a container; the embedded engine serves one session and no network';

const boxes = { started: '2.5#1', endpoints: ['2.5#2', '2.5#3'], json: '2.5#4', limits: '0.2#3' } as const;

/** The API over the local database: its own log-in, its container, and both endpoints asked. */
export const postgrest: Step<Context> = {
  id: '2.5',
  phase: 'local-test',
  title: 'PostgREST',
  wanted: 'PostgREST healthy, refusing strangers and answering a signed token on both schemas',
  needs: [composeReady, validated],
  skipReason: ({ stack }) => (stack === null ? noNetwork : undefined),
  async check(context) {
    const stack = stackOf(context);
    const findings = await apiFindings(stack, context.config.database.name, context.signal);
    return findings.length > 0 ? missing(...findings) : lookAt(context, stack);
  },
  verify: async (context) => lookAt(context, stackOf(context)),
  preview: async (context) => changes(context, false),
  foresee: async (context) => changes(context, true),
};

async function changes(context: Context, toCome: boolean): Promise<readonly PlannedChange[] | Problem> {
  const file = await composeFile(context, toCome);
  return apiChanges(stackOf(context), file, context.config.database.name, context.signal);
}

function lookAt(context: Context, stack: Stack): Promise<Look> {
  return lookAtApi(stack, boxes, context.signal, (line) => context.output('2.5', line));
}

/** Left out by `skipReason` where there is none. */
function stackOf({ stack }: Context): Stack {
  if (stack === null) throw new Error('step 2.5 was asked on the embedded engine');
  return stack;
}
