/** Quotes a text as an SQL literal that is valid with `standard_conforming_strings` on or off. */
export function literal(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
