import { type Document, isAlias, isMap, isScalar, isSeq, parseAllDocuments, Scalar } from 'yaml';

/** Thrown for a file that go-yaml v3 would refuse. */
export class YamlError extends Error {}

type Tree = Text | readonly (Tree | null)[] | { readonly [key: string]: Tree | null };

/** A scalar as it is written, with its YAML value. */
export class Text {
  readonly written: string;
  readonly value: unknown;
  readonly plain: boolean;

  constructor(written: string, value: unknown, plain: boolean) {
    this.written = written;
    this.value = value;
    this.plain = plain;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: go-yaml refuses these.
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;

/** Reads the first document of a file; null if there is none. @throws YamlError */
export function parseGoYaml(text: string): Tree | null {
  if (control.test(text)) throw new YamlError('control characters are not allowed');
  const lines = text.replaceAll('\r\n', '\n').split(/[\n\r\u0085\u2028\u2029]/);
  // A tab at the start of a line is refused even before a comment.
  const second = lines.findIndex((line, at) => at > 0 && /^---(\s|$)/.test(line));
  const first = second === -1 ? lines : lines.slice(0, second);
  const tab = first.findIndex((line) => /^ *\t\s*(#.*)?$/.test(line));
  if (tab !== -1) throw new YamlError(`line ${tab + 1}: found character that cannot start any token`);
  const [document] = parseAllDocuments(first.join('\n'), { merge: true, logLevel: 'error' });
  if (document === undefined || !('contents' in document)) return null;
  const [error] = document.errors;
  if (error !== undefined) throw new YamlError(error.message);
  return treeOf(document, document.contents);
}

function treeOf(document: Document, node: unknown): Tree | null {
  if (isAlias(node)) {
    const target = node.resolve(document);
    if (target === undefined) throw new YamlError(`unknown anchor '${node.source}' referenced`);
    return treeOf(document, target);
  }
  if (isSeq(node)) return node.items.map((item) => treeOf(document, item));
  if (isScalar(node)) {
    const plain = node.type === Scalar.PLAIN;
    return node.value === null ? null : new Text(node.source ?? String(node.value), node.value, plain);
  }
  return isMap(node) ? fieldsOf(document, node.items) : null;
}

function fieldsOf(document: Document, pairs: readonly { readonly key: unknown; readonly value: unknown }[]) {
  const merged: (Tree | null)[] = [];
  const own: [string, Tree | null][] = [];
  for (const { key, value } of pairs) {
    const name = treeOf(document, key);
    const tree = treeOf(document, value);
    if (isScalar(key) && typeof key.value === 'symbol') merged.push(...(Array.isArray(tree) ? tree : [tree]));
    else if (name instanceof Text) own.push([name.written, tree]);
    else if (name !== null) throw new YamlError('cannot unmarshal a key into string');
  }
  const below = merged.toReversed().flatMap((one) => {
    if (!isFields(one)) throw new YamlError('map merge requires map or sequence of maps as the value');
    return Object.entries(one);
  });
  return Object.fromEntries([...below, ...own]);
}

export function isFields(tree: unknown): tree is { readonly [key: string]: Tree | null } {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) && !(tree instanceof Text);
}
