import type { Need, Step } from '../../domain/step.ts';
import type { Context } from '../context.ts';
import { lookAtSchema } from '../local-test/look-at-schema.ts';
import { allApplied } from '../local-test/validated.ts';
import type { ValidationBoxes } from '../local-test/validation-boxes.ts';
import { atProduction, notConfigured } from './site.ts';

const boxes: ValidationBoxes = {
  step: '3.4',
  script: '3.4#1',
  counts: '3.4#2',
  keys: '3.4#3',
  samples: '3.4#4',
  errors: '3.4#5',
  alsoProven: false,
  open: () => [],
  again: 'erp-deploy validate',
};

/** The same in production: its ledger has every migration of the workspace, looked at now. */
export const allAppliedThere: Need<Context> = {
  ...allApplied,
  step: '3.3',
  holds: async (context) =>
    (await atProduction(context).database.state()).is === 'present' &&
    allApplied.holds(atProduction(context)),
};

/** Compares production's database with what its migrations make of an empty one, and tries what it should do. */
export const productionValidation: Step<Context> = {
  id: '3.4',
  phase: 'production',
  title: 'validation',
  wanted: "production's database as its migrations say, doing what they promise, its log free of errors",
  needs: [allAppliedThere],
  skipReason: ({ production }) => (production === null ? notConfigured : undefined),
  check: (context) => lookAtSchema(atProduction(context), boxes, false),
  preview: async () => [],
  verify: (context) => lookAtSchema(atProduction(context), boxes, true),
};
