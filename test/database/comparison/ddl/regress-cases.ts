import { accessCases } from './regress/access-cases.ts';
import { constraintCases } from './regress/constraint-cases.ts';
import { programCases } from './regress/program-cases.ts';
import { tableCases } from './regress/table-cases.ts';
import { typeCases } from './regress/type-cases.ts';

/** Further kinds of DDL, area by area of PostgreSQL's regression tests. */
export const regressCases = [
  ...tableCases,
  ...constraintCases,
  ...typeCases,
  ...programCases,
  ...accessCases,
];
