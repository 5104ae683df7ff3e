import { type Document, isMap, isNode, isScalar, type LineCounter } from 'yaml';
import type * as z from 'zod';
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
  /** The actual value; not shown if it may contain a password. */
  readonly actual: string;
  /** The name that was probably meant. */
  readonly didYouMean?: string;
  /** Of a text that is not YAML: the line, and a caret below the place. A line that may contain a password is left out. */
  readonly excerpt?: readonly string[];
}

/** A parsed file, in which positions and values can be looked up. */
export interface ConfigSource {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Returns the faults of one zod issue, each with the position of its key or value. */
export function faultsOf(source: ConfigSource, issue: z.core.$ZodIssue): ConfigFault[] {
  if (issue.code === 'unrecognized_keys') {
    // Each position is looked up from the start.
    return issue.keys.slice(0, 50).map((key) => unknownName(source, issue.path, key));
  }
  if (issue.code === 'invalid_key') {
    return [
      {
        ...positionOf(source, issue.path, 'key'),
        expected:
          issue.path[0] === 'skip'
            ? 'a step id such as 2.3'
            : 'a setting of PostgreSQL that neither erp-deploy nor the image sets',
        actual: quoted(issue.path.at(-1)),
      },
    ];
  }
  return [
    {
      ...positionOf(source, issue.path, 'value'),
      expected: issue.message,
      actual: foundAt(source, issue.path),
    },
  ];
}

function unknownName(source: ConfigSource, path: readonly PropertyKey[], key: string): ConfigFault {
  const names = namesAt(path) ?? [];
  const meant = nearestName(key, names);
  return {
    ...positionOf(source, [...path, key], 'key'),
    expected: `one of ${names.join(', ')}`,
    actual: `the unknown setting ${quoted(key)}`,
    ...(meant !== undefined && { didYouMean: meant }),
  };
}

/** Returns the position of a fault from an index in the text. */
export function positionAt(source: ConfigSource, offset: number) {
  const { line, col: column } = source.lines.linePos(offset);
  return { file: source.file, line: Math.max(line, 1), column: Math.max(column, 1) };
}

function positionOf(source: ConfigSource, path: readonly PropertyKey[], part: 'key' | 'value') {
  const parent = path.length > 1 ? source.document.getIn(path.slice(0, -1), true) : source.document.contents;
  const last = path.at(-1);
  const pair = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(last))
    : undefined;
  const node = part === 'value' && isNode(pair?.value) ? pair.value : (pair?.key ?? source.document.contents);
  const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  return { ...positionAt(source, offset), path: shown(path.map(String).join('.')) };
}

function foundAt(source: ConfigSource, path: readonly PropertyKey[]): string {
  const value: unknown = path.length === 0 ? source.document.toJS() : source.document.getIn(path);
  if (value === null || value === undefined) return 'nothing';
  if (typeof value !== 'object') return quoted(value);
  return isMap(value) || (!isNode(value) && !Array.isArray(value)) ? 'a mapping' : 'a list';
}

function quoted(value: unknown): string {
  const text = shown(JSON.stringify(typeof value === 'symbol' ? String(value) : value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Hides a text that looks like a URL or an address, because it may contain a password, in whatever setting it is. */
export function shown(text: string): string {
  return /@|:\/\//.test(text) ? 'a value that is not shown because it may contain a password' : text;
}
