/** The six phases, in the order of a rollout. */
export const phaseNames = ['prepare', 'local-test', 'production', 'cloudflare', 'docs', 'finalize'] as const;

export type PhaseName = (typeof phaseNames)[number];

/** Headings of the phases. */
export const phaseTitles: Readonly<Record<PhaseName, string>> = {
  prepare: 'Prepare',
  'local-test': 'Local test',
  production: 'Production',
  cloudflare: 'Cloudflare',
  docs: 'Docs',
  finalize: 'Finalize',
};

/** The number of the checklist section that a step serves, such as `2.3`. */
export type StepId = `${number}.${number}`;

/** An item of that section, counted from 1 in checklist order, such as `2.3#2`. */
export type ItemId = `${StepId}#${number}`;

export function isStepId(text: string): text is StepId {
  return /^\d\.\d$/.test(text);
}
