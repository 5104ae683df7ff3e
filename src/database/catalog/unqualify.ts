import type { z } from 'zod';
import type { memberRow } from './query-rows.ts';

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Takes the schema off names that an extension made: `public.vector(1536)` becomes `vector(1536)`.
 * Where an extension lies is the server's affair, and SQL without the schema works on all of them.
 */
export function unqualifier(members: readonly z.infer<typeof memberRow>[]): (text: string) => string {
  const patterns = members.map(({ schema, names }) => ({
    prefix: `${schema}.`,
    // A name ends where no letter of a name follows; an operator ends at the parenthesis around it.
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

/** The body of a function is its author's text, and stays as it is. */
export function outsideOfBody(change: (text: string) => string): (definition: string) => string {
  return (definition) => {
    const body = definition.search(/^AS \$/m);
    return body < 0 ? change(definition) : change(definition.slice(0, body)) + definition.slice(body);
  };
}
