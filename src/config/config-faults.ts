import { type Document, isMap, isNode, isScalar, type LineCounter } from 'yaml';
import type { z } from 'zod';
import { nearestName } from './nearest-name.ts';
import { namesAt } from './settings-schema.ts';

export interface ConfigFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The setting, such as `production.host`; empty for the whole file. */
  readonly path: string;
  readonly expected: string;
  /** What stands there instead; a value that may hold a password is not shown. */
  readonly found: string;
  /** The name that was probably meant. */
  readonly didYouMean?: string;
}

/** A parsed file, to find places and values in. */
export interface ConfigSource {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** The faults of one zod issue, each at the key or value that it is about. */
export function faultsOf(source: ConfigSource, issue: z.core.$ZodIssue): ConfigFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownName(source, issue.path, key));
  }
  if (issue.code === 'invalid_key') {
    return [
      {
        ...placeOf(source, issue.path, 'key'),
        expected: 'a step id such as 2.3',
        found: quoted(issue.path.at(-1)),
      },
    ];
  }
  return [
    { ...placeOf(source, issue.path, 'value'), expected: issue.message, found: foundAt(source, issue.path) },
  ];
}

function unknownName(source: ConfigSource, path: readonly PropertyKey[], key: string): ConfigFault {
  const names = namesAt(path) ?? [];
  const meant = nearestName(key, names);
  return {
    ...placeOf(source, [...path, key], 'key'),
    expected: `one of ${names.join(', ')}`,
    found: `the unknown setting ${quoted(key)}`,
    ...(meant !== undefined && { didYouMean: meant }),
  };
}

/** The fields that place a fault at an index of the text. */
export function placeAt(source: ConfigSource, offset: number) {
  const { line, col: column } = source.lines.linePos(offset);
  return { file: source.file, line: Math.max(line, 1), column: Math.max(column, 1) };
}

function placeOf(source: ConfigSource, path: readonly PropertyKey[], part: 'key' | 'value') {
  const parent = path.length > 1 ? source.document.getIn(path.slice(0, -1), true) : source.document.contents;
  const last = path.at(-1);
  const pair = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(last))
    : undefined;
  const node = part === 'value' && isNode(pair?.value) ? pair.value : (pair?.key ?? source.document.contents);
  const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  return { ...placeAt(source, offset), path: shown(path.map(String).join('.')) };
}

function foundAt(source: ConfigSource, path: readonly PropertyKey[]): string {
  const value: unknown = path.length === 0 ? source.document.toJS() : source.document.getIn(path);
  if (value === null || value === undefined) return 'nothing';
  if (typeof value !== 'object') return quoted(value);
  return isMap(value) || (!isNode(value) && !Array.isArray(value)) ? 'a mapping' : 'a list';
}

function quoted(value: unknown): string {
  const words = shown(JSON.stringify(typeof value === 'symbol' ? String(value) : value) ?? 'nothing');
  return words.length > 60 ? `${words.slice(0, 60)}…` : words;
}

/** What may be shown of the file: a URL with a password may have been put where another setting belongs. */
export function shown(words: string): string {
  return /@|:\/\//.test(words) ? 'something that is not shown, for it may hold a password' : words;
}
