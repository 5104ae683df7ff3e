import type { Node } from 'libpg-query';

/** A name as the file writes it; resolved on the search path if it has no schema. */
export interface Name {
  readonly schema?: string;
  readonly name: string;
}

/** As the parser gives it: a `RangeVar`. */
interface WrittenName {
  readonly schemaname?: string | undefined;
  readonly relname?: string | undefined;
}

export function nameOf({ schemaname, relname }: WrittenName): Name {
  return { ...(schemaname === undefined ? {} : { schema: schemaname }), name: relname ?? '' };
}

/** Returns the name of a list of parts, such as those of a type or a dropped object. */
export function nameIn(parts: readonly string[]): Name {
  const [name = '', schema] = parts.toReversed();
  return schema === undefined ? { name } : { schema, name };
}

/** Returns the parts of the name of a dropped or renamed object. */
export function partsOf(object: Node | undefined): readonly string[] {
  if (object === undefined) return [];
  if ('String' in object) return [object.String.sval ?? ''];
  if ('List' in object) return stringsIn(object.List.items);
  if ('TypeName' in object) return stringsIn(object.TypeName.names);
  return 'ObjectWithArgs' in object ? stringsIn(object.ObjectWithArgs.objname) : [];
}

export function stringsIn(nodes: readonly Node[] = []): readonly string[] {
  return nodes.flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
}

/** Calls `visit` with each object below `value` that has the key, and the value of that key, at any depth. */
export function eachWith(value: unknown, key: string, visit: (found: unknown) => void): void {
  if (Array.isArray(value)) for (const one of value) eachWith(one, key, visit);
  else if (typeof value === 'object' && value !== null) {
    for (const [own, inner] of Object.entries(value)) {
      if (own === key) visit(inner);
      eachWith(inner, key, visit);
    }
  }
}
