/** Deeper than any answer of S3, whose listings have four levels. */
const deepest = 8;
/** A listing has at most 1000 objects on a page (Amazon S3, "ListObjectsV2"), each with about ten elements. */
const mostElements = 30_000;

/** A declaration; a tag, with its name, attributes and slashes; text. */
const token = /<\?xml[^<>]*\?>|<(\/?)([A-Za-z][\w.-]*)(?:\s[^<>]*?)?(\/?)>|[^<]+/y;

/**
 * Returns XML that an expression can parse in linear time: only elements, each with an end tag, and text. Elements of one
 * name are not inside each other, and attributes are left out.
 * @returns null if it is anything else: not well-formed, with a document type, or with more elements than a service sends
 */
export function plainXml(text: string): string | null {
  const open: string[] = [];
  const parts: string[] = [];
  let elements = 0;
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const [whole, closes, name, isEmpty] = token.exec(text) ?? [];
    if (whole === undefined) return null;
    if (name === undefined) {
      if (!whole.startsWith('<')) parts.push(whole);
      else if (elements > 0) return null;
    } else if (closes === '/') {
      if (open.pop() !== name || isEmpty === '/') return null;
      parts.push(`</${name}>`);
    } else {
      elements += 1;
      if (elements > mostElements || open.length === deepest || open.includes(name)) return null;
      if (isEmpty !== '/') open.push(name);
      parts.push(isEmpty === '/' ? `<${name}></${name}>` : `<${name}>`);
    }
  }
  return open.length === 0 ? parts.join('') : null;
}
