import { standIn } from '../parts/stand-in.ts';

export const version = `14.17 (${standIn})`;
