/** Encodings in which an editor may have read a file of UTF-8. */
const misreadAs = ['windows-1252', 'macintosh', 'windows-1250', 'windows-1251'];

/** Returns what a text may have become if a program read its UTF-8 in another encoding; nothing for ASCII. */
export function misreadTexts(text: string): readonly string[] {
  if (/^[\0-\x7f]*$/.test(text)) return [];
  const once = misreadAs.map((encoding) => misread(text, encoding));
  // What was saved and read that way again.
  const twice = once.map((found, index) => misread(found, misreadAs[index] ?? 'windows-1252'));
  const lost = ['?', '\uFFFD', '\uFFFD\uFFFD', '\uFFFD\uFFFD\uFFFD', '???', ''].map((mark) =>
    text.replaceAll(/[^\0-\x7f]/gu, mark),
  );
  return [...once, ...twice, ...lost];
}

function misread(text: string, encoding: string): string {
  return new TextDecoder(encoding).decode(new TextEncoder().encode(text));
}
