import { columnCases } from './column-cases.ts';
import { constraintCases } from './constraint-cases.ts';
import { otherCases } from './other-cases.ts';
import { tableCases } from './table-cases.ts';

/** The case of each rule, by the rule's name. */
export const cases = { ...columnCases, ...constraintCases, ...tableCases, ...otherCases };
