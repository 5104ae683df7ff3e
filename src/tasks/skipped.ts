import checklist from '../../assets/data/checklist.json' with { type: 'json' };
import { isStepId, type PhaseName, phaseNames } from '../domain/phase.ts';
import { missing, type Step } from '../domain/step.ts';
import type { Context } from './context.ts';

/** Why this version does nothing about a section of these phases. */
const reasons: Partial<Record<PhaseName, string>> = {
  production: 'no production host or database URL is configured',
  cloudflare: 'no production host or database URL is configured',
  docs: 'not in this version of erp-deploy',
  finalize: 'not in this version of erp-deploy',
};

/** Short enough for a row. */
const titles: Readonly<Record<string, string>> = {
  '3.1': 'pre-deployment',
  '3.2': 'container',
  '3.3': 'migrations',
  '3.4': 'validation',
  '3.5': 'PostgREST',
  '3.6': 'tunnel and route',
  '3.7': 'verification',
  '4.1': 'service inventory',
  '4.2': 'schema document',
  '4.3': 'integration guide',
  '4.4': 'migration reference',
  '5.1': 'archive check',
  '5.2': 'neighbour database',
  '5.3': 'completion',
};

/** The checklist's sections that have no step yet: shown, and skipped with the reason. */
export const skippedSteps: readonly Step<Context>[] = checklist.sections.flatMap(({ id, phase, title }) => {
  const name = phaseNames.find((one) => one === phase);
  if (!isStepId(id) || name === undefined) throw new Error(`the checklist has no section ${id} of ${phase}`);
  const reason = reasons[name];
  if (reason === undefined) return [];
  const never = { what: title, wanted: 'a step', found: reason };
  return [
    {
      id,
      phase: name,
      title: titles[id] ?? title,
      wanted: title,
      needs: [],
      skipReason: () => reason,
      check: async () => missing(never),
      preview: async () => [],
    },
  ];
});
