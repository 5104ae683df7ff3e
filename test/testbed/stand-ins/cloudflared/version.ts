import { standIn } from '../parts/stand-in.ts';

export const version = `2025.11.1 (${standIn})`;
