import * as z from 'zod';

/** As docker accepts the name of a container, and of a network. */
export const containerName = /^[a-zA-Z\d][\w.-]{0,127}$/;

/** The message for something other than a mapping. */
export const mapping = { error: 'a mapping of settings' };

/** Returns the schema of a text setting; `expected` is the message for every fault. */
export function text(pattern: RegExp, expected: string) {
  return z.string({ error: expected }).regex(pattern, { error: expected });
}
