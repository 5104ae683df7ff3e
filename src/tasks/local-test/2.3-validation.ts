import { containerBoxes } from '../../containers/container-boxes.ts';
import type { Step } from '../../domain/step.ts';
import { lookAtSchema } from '../../schema/look-at-schema.ts';
import { allApplied } from '../../schema/validated.ts';
import type { ValidationBoxes } from '../../schema/validation-boxes.ts';
import type { Context } from '../../workspace/context.ts';
import { bundled, layout } from '../../workspace/layout.ts';

const boxes: ValidationBoxes = {
  step: '2.3',
  script: '2.3#1',
  counts: '2.3#2',
  keys: '2.3#3',
  samples: '2.3#4',
  errors: '2.3#5',
  alsoProven: true,
  open: (target) => (target === 'embedded' ? containerBoxes('2.3#1') : []),
  again: 'erp-deploy validate',
};

/** Compares the local database with what its migrations make of an empty one, and tries what it should do. */
export const validation: Step<Context> = {
  id: '2.3',
  phase: 'local-test',
  title: 'validation',
  wanted: 'a database that is what its migrations say, and does what they promise',
  needs: [
    allApplied,
    {
      step: '0.5',
      what: `${layout.migrations}/${bundled.validation}`,
      holds: async ({ files }) =>
        (await files.look(`${layout.migrations}/${bundled.validation}`)).type === 'file',
    },
  ],
  check: (context) => lookAtSchema(context, boxes, false),
  preview: async () => [],
  verify: (context) => lookAtSchema(context, boxes, true),
};
