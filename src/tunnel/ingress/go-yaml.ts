import { type Document, isAlias, isMap, isScalar, isSeq, type Node, Scalar, type YAMLMap } from 'yaml';

/** What go-yaml refuses to read into the field of a structure, with the node. */
export class ReadFault extends Error {
  readonly node: Node | null;

  constructor(node: Node | null, what: string) {
    super(what);
    this.node = node;
  }
}

/** A value of a mapping; null if it was left out or is null. */
export type Value = Node | null;

/**
 * Reads nodes as gopkg.in/yaml.v3 reads them into typed fields: any scalar becomes a text as it is written, null leaves
 * a field empty, and an explicit key wins over a merged one.
 */
export function goYaml(document: Document) {
  const resolved = (node: unknown): Value => {
    const found = isAlias(node) ? (node.resolve(document) ?? null) : node;
    if (isScalar(found)) return isNull(found) ? null : found;
    return isMap(found) || isSeq(found) ? found : null;
  };

  /** Returns the values by key, merged ones included; `depth` ends a mapping that merges itself. */
  const fields = (node: Value, what: string, depth = 0): ReadonlyMap<string, Value> => {
    if (node === null) return new Map();
    if (!isMap(node) || depth > 20) throw new ReadFault(node, `${what} is not a mapping`);
    const own = new Map<string, Value>();
    const merged: ReadonlyMap<string, Value>[] = [];
    for (const { key, value } of node.items) {
      const name = resolved(key);
      if (isMergeKey(key)) merged.push(...mergedInto(value, what, depth));
      else if (isScalar(name)) own.set(textIn(name), resolved(value));
      else if (name !== null) throw new ReadFault(name, `${what} has a key that is not a text`);
    }
    return new Map([...merged.toReversed().flatMap((one) => [...one]), ...own]);
  };

  const mergedInto = (value: unknown, what: string, depth: number): ReadonlyMap<string, Value>[] => {
    const node = resolved(value);
    const all = isSeq(node) ? node.items.map(resolved) : [node];
    return all.map((one) => fields(one, what, depth + 1));
  };

  const text = (node: Value, what: string): string => {
    if (node === null) return '';
    if (!isScalar(node)) throw new ReadFault(node, `${what} is not a text`);
    return textIn(node);
  };

  return { resolved, fields, text };
}

/** Returns the text of a scalar as it is written: go-yaml reads `0x10` and `true` into a text unchanged. */
function textIn(scalar: Scalar): string {
  return scalar.source ?? String(scalar.value);
}

/** Returns whether a scalar is null: only if it is plain, or has the tag. */
function isNull({ value, tag }: Scalar): boolean {
  return value === null && (tag === undefined || tag.endsWith(':null'));
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol') && key.type === Scalar.PLAIN;
}

/** Returns the value of a key in the text of a mapping, without merged ones; undefined if it has no such key. */
export function ownPair(map: YAMLMap, name: string) {
  return map.items.find(({ key }) => isScalar(key) && textIn(key) === name);
}
