/** Encodings in which an editor may have read a UTF-8 file. */
const misreadAs = ['windows-1252', 'macintosh', 'windows-1250', 'windows-1251'];

/** Returns what a text may have become if a program read its UTF-8 in another encoding; nothing for ASCII. */
export function misreadTexts(text: string): readonly string[] {
  if (/^[\0-\x7f]*$/.test(text)) return [];
  const once = misreadAs.map((encoding) => misread(text, encoding));
  // Saved and misread a second time.
  const twice = once.map((found, index) => misread(found, misreadAs[index] ?? 'windows-1252'));
  const lost = ['?', '\uFFFD', '\uFFFD\uFFFD', '\uFFFD\uFFFD\uFFFD', '???', ''].map((mark) =>
    text.replaceAll(/[^\0-\x7f]/gu, mark),
  );
  return [...once, ...twice, ...lost];
}

function misread(text: string, encoding: string): string {
  return new TextDecoder(encoding).decode(new TextEncoder().encode(text));
}
