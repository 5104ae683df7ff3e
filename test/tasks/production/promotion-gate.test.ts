import { describe, expect, it } from 'vitest';
import { phaseNames, type StepId } from '../../../src/domain/phase.ts';
import { missing, type Step } from '../../../src/domain/step.ts';
import { makePlan } from '../../../src/engine/plan.ts';
import { type Selection, selectSteps } from '../../../src/engine/selection.ts';
import { locallyTested } from '../../../src/host/locally-tested.ts';
import { steps } from '../../../src/tasks/steps.ts';
import type { Context } from '../../../src/workspace/context.ts';
import { contextWith, remembering } from '../../support/program/step-context.ts';

/** Steps that change production: files, container, migrations, API, tunnel. */
const changing: readonly StepId[] = ['3.1', '3.2', '3.3', '3.5', '3.6'];
/** Steps that inspect production, and write nothing there. */
const inspecting: readonly StepId[] = ['3.4', '3.7'];

const everything: Selection = { phases: [], only: [], skip: new Map(), skipNow: [], from: null, until: null };

/** Selections: every single `--only`, `--skip` and `--phase`, every range, and `--skip` within each phase. */
function* selections(): Generator<Selection> {
  yield everything;
  const ids = steps.map(({ id }) => id);
  for (const id of ids) {
    const skip = new Map([[id, 'not now']]);
    yield { ...everything, only: [id] };
    yield { ...everything, skip };
    for (const phase of phaseNames) yield { ...everything, phases: [phase], skip };
    for (const until of ids.slice(ids.indexOf(id))) yield { ...everything, from: id, until };
  }
  for (const phase of phaseNames) yield { ...everything, phases: [phase] };
}

/** The real steps, as if all their other prerequisites were met, and each had something to change. */
const eager: readonly Step<Context>[] = steps.map((step) => ({
  id: step.id,
  phase: step.phase,
  title: step.title,
  expected: step.expected,
  needs: step.needs.filter((need) => need === locallyTested),
  check: async () => missing({ what: 'something', expected: 'there', actual: 'missing' }),
  preview: async () => [],
}));

/** The last local test failed, so no file needs to be read. */
const memory = { ...remembering(), isDisproved: () => true };
const untested = contextWith({ withoutLocalTest: null, memory });

async function permitted(selection: Selection, context: Context): Promise<readonly StepId[]> {
  const chosen = selectSteps(eager, selection);
  if ('problems' in chosen) return [];
  const { signal } = new AbortController();
  const plans = await makePlan(chosen.steps, selection.skip, context, signal, () => undefined);
  return plans.filter(({ state }) => state === 'change').map(({ step }) => step.id);
}

describe('without a local test of these files', () => {
  it('permits no selection to change production, unless the selection tests locally first', async () => {
    for (const selection of selections()) {
      const steps = await permitted(selection, untested);
      const changes = steps.some((id) => changing.includes(id));
      const asRequired = changes ? expect.arrayContaining(['2.3']) : steps;
      expect({ selection, steps }).toEqual({ selection, steps: asRequired });
    }
  });

  it('permits such a selection with a reason', async () => {
    const context = { ...untested, withoutLocalTest: 'a hotfix' };
    expect(await permitted({ ...everything, only: [...changing] }, context)).toEqual(changing);
  });
});

it('covers every step of production: it either changes something there or only inspects', () => {
  const there = steps.filter(({ phase }) => phase === 'production' || phase === 'cloudflare');
  expect(there.map(({ id }) => id).toSorted()).toEqual([...changing, ...inspecting].toSorted());
});
