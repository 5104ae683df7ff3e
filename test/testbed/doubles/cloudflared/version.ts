import { double } from '../parts/double.ts';

export const version = `2025.11.1 (${double})`;
