/** The six phases, in the order in which a roll-out takes them. */
export const phaseNames = ['prepare', 'local-test', 'production', 'cloudflare', 'docs', 'finalize'] as const;

export type PhaseName = (typeof phaseNames)[number];

/** As a person reads it in a heading. */
export const phaseTitles: Readonly<Record<PhaseName, string>> = {
  prepare: 'Prepare',
  'local-test': 'Local test',
  production: 'Production',
  cloudflare: 'Cloudflare',
  docs: 'Docs',
  finalize: 'Finalize',
};

/** A step's id is the number of the checklist section that it serves, such as `2.3`. */
export type StepId = `${number}.${number}`;

/** A box of that section, counted from 1 in the order of the checklist, such as `2.3#2`. */
export type BoxId = `${StepId}#${number}`;

export function isStepId(text: string): text is StepId {
  return /^\d\.\d$/.test(text);
}
