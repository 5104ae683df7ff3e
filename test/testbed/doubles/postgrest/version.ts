import { double } from '../parts/double.ts';

export const version = `14.17 (${double})`;
