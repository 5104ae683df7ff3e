import { double } from '../parts/double.ts';

export const version = `2026.8.2 (${double})`;
