import type { Step } from '../../domain/step.ts';
import { atProduction, notConfigured } from '../../host/site.ts';
import { lookAtSchema } from '../../schema/look-at-schema.ts';
import { allAppliedThere } from '../../schema/production-needs.ts';
import type { ValidationBoxes } from '../../schema/validation-boxes.ts';
import type { Context } from '../../workspace/context.ts';

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
