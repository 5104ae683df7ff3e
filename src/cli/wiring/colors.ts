import type { EnvironmentVariables } from '../../domain/ports/own-process.ts';

/**
 * Returns whether output to a terminal has colors.
 * Sources: https://no-color.org, https://force-color.org, and terminfo's `dumb`.
 * @param flag false with `--no-color`
 */
export function hasColors(flag: boolean, env: EnvironmentVariables): boolean {
  if (!flag || isSet(env.NO_COLOR)) return false;
  if (isSet(env.FORCE_COLOR)) return !['0', 'false'].includes(env.FORCE_COLOR ?? '');
  return isSet(env.COLORTERM) || (isSet(env.TERM) && env.TERM !== 'dumb');
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
