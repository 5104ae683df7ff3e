import type { Rule } from './rule.ts';
import { columnRules } from './rules/columns.ts';
import { constraintRules } from './rules/constraints.ts';
import { indexRules } from './rules/indexes.ts';
import { otherRules } from './rules/others.ts';
import { tableRules } from './rules/tables.ts';

const all = { ...columnRules, ...constraintRules, ...indexRules, ...tableRules, ...otherRules };

export type RuleName = keyof typeof all;

/** Every kind of hazard, by its name. */
export const rules: Readonly<Record<RuleName, Rule>> = all;
