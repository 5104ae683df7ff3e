/** Returns a name as an SQL identifier, always in quotes, since key words differ between versions. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Returns the name in the `part` of a catalog object, which is quoted if SQL requires it. */
export function unquoted(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
}
