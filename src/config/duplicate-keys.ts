import { type Document, isScalar, visit } from 'yaml';

/**
 * Returns the indices in the text of keys that their mapping has twice, in linear time: the library's own check, which
 * needs `uniqueKeys: false` to be left out, compares each key with every other.
 */
export function duplicateKeys(document: Document): readonly number[] {
  const found: number[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push(key.range?.[0] ?? 0);
        seen.add(key.value);
      }
    },
  });
  return found;
}
