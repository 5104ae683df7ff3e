/** Returns the errno name of an error of a system call; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error
    ? error.code
    : undefined;
}

/**
 * Describes an error of a system call, such as `permission denied (EACCES)`; returns the message of any other error.
 */
export function systemReason(error: unknown): string {
  const code = errnoOf(error);
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  const message = systemMessage(code);
  return message === null ? code : `${message} (${code})`;
}

/** Returns the system's message for an errno name: `connection refused` for `ECONNREFUSED`; null for any other name. */
export function systemMessage(code: string): string | null {
  // An import would load all of node:util, at each start.
  for (const [name, message] of process.getBuiltinModule('node:util').getSystemErrorMap().values())
    if (name === code) return message;
  return null;
}
