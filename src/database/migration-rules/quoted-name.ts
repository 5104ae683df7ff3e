/** A name as SQL takes it, whatever is in it: always in quotes, since key words differ from version to version. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The name in a part of a catalog's object, which is quoted where SQL wants that. */
export function unquoted(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
}
