import { getSystemErrorMap } from 'node:util';

/** Returns the errno name of an error that the system answered a call with; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error
    ? error.code
    : undefined;
}

/** Returns the system's own words for such an error, such as `permission denied (EACCES)`; its message for any other. */
export function systemReason(error: unknown): string {
  const code = errnoOf(error);
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  for (const [name, message] of getSystemErrorMap().values())
    if (name === code) return `${message} (${code})`;
  return code;
}
