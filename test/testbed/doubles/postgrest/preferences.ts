/** The preferences of a `Prefer` header that this double supports; others are ignored, as by PostgREST. */
export interface Preferences {
  readonly representation: 'representation' | 'minimal' | 'headers-only' | undefined;
  readonly countExact: boolean;
}

export function preferencesOf(header = ''): Preferences {
  const words = header.split(',').map((word) => word.trim());
  const asked = (['representation', 'headers-only', 'minimal'] as const).find((one) =>
    words.includes(`return=${one}`),
  );
  return { representation: asked, countExact: words.includes('count=exact') };
}

/** Returns the header `Preference-Applied` of the answer; nothing without preferences. */
export function preferenceApplied(preferences: Partial<Preferences>): Readonly<Record<string, string>> {
  const words = [
    ...(preferences.representation === undefined ? [] : [`return=${preferences.representation}`]),
    ...(preferences.countExact === true ? ['count=exact'] : []),
  ];
  return words.length === 0 ? {} : { 'Preference-Applied': words.join(', ') };
}
