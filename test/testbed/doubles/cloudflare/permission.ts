import type { Permission, Token } from './state.ts';

/** Returns whether a token has a permission; Edit includes Read. */
export function may({ permissions }: Token, wanted: Permission): boolean {
  return permissions.some(
    (one) => one === wanted || (wanted.endsWith(':Read') && one === wanted.replace(/Read$/, 'Edit')),
  );
}

export const seesZone = ({ zones }: Token, zone: string) => zones === undefined || zones.includes(zone);
