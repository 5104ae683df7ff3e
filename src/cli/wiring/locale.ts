import type { EnvironmentVariables } from '../../domain/ports/own-process.ts';

/**
 * Returns whether the operator's terminal can display more than ASCII: the first of LC_ALL, LC_CTYPE and LANG that is
 * set decides, and without any of them the locale is C.
 * Source: POSIX, Environment Variables, Internationalization Variables
 */
export function isUnicode({ LC_ALL, LC_CTYPE, LANG }: EnvironmentVariables): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '');
  return /utf-?8/i.test(locale ?? 'C');
}
