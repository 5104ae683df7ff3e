import { type CST, isAlias, isMap, isScalar, isSeq, type YAMLSeq } from 'yaml';
import type { TunnelConfig } from './config-file.ts';
import { ownPair } from './go-yaml.ts';
import { withLineFeeds } from './line-feeds.ts';
import { blockLines, flowText, type WrittenRule } from './rule-text.ts';

/** A replacement of a part of a text. */
export interface Edit {
  readonly at: number;
  /** The number of characters to remove. */
  readonly removed: number;
  readonly inserted: string;
}

export function edited(text: string, { at, removed, inserted }: Edit): string {
  return text.slice(0, at) + inserted + text.slice(at + removed);
}

/** Inserts a rule before another one. @param before its position in the list */
export function insertion(
  config: TunnelConfig,
  ingress: YAMLSeq,
  before: number,
  rule: WrittenRule,
): Edit | null {
  return ingress.flow === true ? inFlow(ingress, before, rule) : inBlock(config, ingress, before, rule);
}

/** Inserts the lines of a rule before another rule and the comment directly above it. */
function inBlock({ text }: TunnelConfig, ingress: YAMLSeq, before: number, rule: WrittenRule): Edit | null {
  const dash = dashOf(ingress.srcToken, before);
  if (dash === null) return null;
  const lines = withLineFeeds(text);
  const start = lines.lastIndexOf('\n', dash - 1) + 1;
  const indent = lines.slice(start, dash).replace(/^\uFEFF/, '');
  if (!/^ *$/.test(indent)) return null;
  const gap = /^ +/.exec(lines.slice(dash + 1))?.[0] ?? ' ';
  const end = newlineOf(text);
  const inserted = blockLines(rule, indent, gap).map((line) => line + end);
  return { at: aboveComments(lines, start, indent), removed: 0, inserted: inserted.join('') };
}

export function dashOf(token: CST.Token | undefined, index: number): number | null {
  if (token?.type !== 'block-seq') return null;
  return token.items[index]?.start.find(({ type }) => type === 'seq-item-ind')?.offset ?? null;
}

/** Returns the start of the comment lines directly above a line, at its indentation. */
export function aboveComments(text: string, start: number, indent: string): number {
  let at = start;
  while (at > 0) {
    const above = text.lastIndexOf('\n', at - 2) + 1;
    const line = text.slice(above, at);
    if (!line.startsWith(`${indent}#`)) break;
    at = above;
  }
  return at;
}

/** Inserts a rule before another one in `[{hostname: …, service: …}, …]`. */
function inFlow(ingress: YAMLSeq, before: number, rule: WrittenRule): Edit | null {
  const item = ingress.items[before];
  const at = isMap(item) || isAlias(item) ? item.range?.[0] : undefined;
  return at === undefined ? null : { at, removed: 0, inserted: `${flowText(rule)}, ` };
}

/** Replaces the service of a rule. @param position that of the rule in the list */
export function otherService(ingress: YAMLSeq, position: number, service: string): Edit | null {
  const item = ingress.items[position];
  const value = isMap(item) ? item.get('service', true) : undefined;
  if (!isScalar(value) || value.range === undefined || value.range === null) return null;
  const [at, end] = value.range;
  return { at, removed: end - at, inserted: ingress.flow === true ? `"${service}"` : service };
}

/** Appends an ingress with these rules to the file, or replaces an empty one. */
export function newIngress({ text, root }: TunnelConfig, rules: readonly WrittenRule[]): Edit | null {
  const end = newlineOf(text);
  const lines = rules.flatMap((rule) => blockLines(rule, '  ', ' '));
  const pair = ownPair(root, 'ingress');
  if (pair === undefined) return root.flow === true ? null : appended(text, root.range?.[1] ?? 0, lines);
  const { value } = pair;
  if (isSeq(value) && value.range != null && value.flow === true) {
    const [at, last] = value.range;
    return { at, removed: last - at, inserted: `[${rules.map(flowText).join(', ')}]` };
  }
  if (!isScalar(value) || value.range == null || root.flow === true) return null;
  // `ingress:`, `ingress: ~` or `ingress: null`: the rules follow on lines of their own.
  const [at, last] = value.range;
  return { at, removed: last - at, inserted: `${end}${lines.join(end)}` };
}

/** Appends lines to the first document. @param from an offset in its last node */
function appended(text: string, from: number, lines: readonly string[]): Edit {
  const end = newlineOf(text);
  const marker = /^(?:\.\.\.|---)(?=\s|$)/m.exec(withLineFeeds(text).slice(from));
  const at = marker === null ? text.length : from + marker.index;
  const ended = at === 0 || /[\n\r\u0085\u2028\u2029]/.test(text.charAt(at - 1)) ? '' : end;
  return { at, removed: 0, inserted: ended + ['ingress:', ...lines].map((line) => line + end).join('') };
}

/** Returns the line ending of the first line. */
function newlineOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}
