import type * as z from 'zod';
import type { memberRow } from './query-rows.ts';

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Returns a function that removes the schema from names that an extension created: `public.vector(1536)` becomes
 * `vector(1536)`. The schema of an extension differs between servers, and SQL without it works on all of them.
 */
export function unqualifier(members: readonly z.infer<typeof memberRow>[]): (text: string) => string {
  const patterns = members.map(({ schema, names }) => ({
    prefix: `${schema}.`,
    // A name ends before a character that cannot be part of one; an operator ends at the parenthesis around it.
    pattern: new RegExp(
      `(?<![\\w".])${escaped(schema)}\\.(?=(?:${names.map(escaped).join('|')})(?![\\w"$]))`,
      'g',
    ),
  }));
  return (text) =>
    patterns.reduce(
      (shorter, { prefix, pattern }) => (shorter.includes(prefix) ? shorter.replace(pattern, '') : shorter),
      text,
    );
}

/** Applies a change to a definition except the body of a function, which is the author's text. */
export function outsideOfBody(change: (text: string) => string): (definition: string) => string {
  return (definition) => {
    const body = definition.search(/^AS \$/m);
    return body < 0 ? change(definition) : change(definition.slice(0, body)) + definition.slice(body);
  };
}
