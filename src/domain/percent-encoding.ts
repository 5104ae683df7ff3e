/** Decodes a percent-encoded part of a URL; undefined if an escape is malformed or not UTF-8. */
export function decodedPart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
