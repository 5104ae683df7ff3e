import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isScalar, type YAMLSeq } from 'yaml';
import type { EditedSpan, MadeRoute } from '../../domain/undo.ts';
import { readTunnelConfig, type TunnelConfig } from './config-file.ts';
import { aboveComments, dashOf, type Edit, edited, otherService } from './edits.ts';
import { ownPair } from './go-yaml.ts';
import { withLineFeeds } from './line-feeds.ts';
import { madeRule, rulesBefore } from './route.ts';
import { catchAll } from './splice.ts';

/**
 * Returns the file without the rule that a rollout inserted, or with the one that it changed restored, and every other
 * byte unchanged. What the rollout replaced is restored byte by byte, unless it was edited since.
 * @returns null if the rule was edited since, or cannot be reverted without changing the meaning of the file
 */
export function unsplicedConfig(config: TunnelConfig, made: MadeRoute): string | null {
  const { ingress, text, content } = config;
  if (ingress === null || !Array.isArray(content.ingress)) return null;
  const at = madeRule(content.ingress, made);
  if (typeof at !== 'number') return null;
  const { ingress: _, ...others } = content;
  const rules = rulesBefore(content.ingress, at, made);
  for (const edit of spansIn(text, made.span)) {
    const before = edited(text, edit);
    if (isContent(before, made.alone === true ? others : { ...content, ingress: rules })) return before;
  }
  const whole = made.alone === true && isDeepStrictEqual(rules, [catchAll]);
  const edit = whole ? outWhole(config, ingress) : editBack(config, ingress, at, made);
  if (edit === null) return null;
  const before = edited(text, edit);
  return isContent(before, whole ? others : { ...content, ingress: rules }) ? before : null;
}

/** Returns whether a file has this content; an empty ingress counts as none. */
function isContent(text: string, meant: object): boolean {
  const read = readTunnelConfig(text);
  if ('faults' in read) return false;
  const { ingress, ...others } = read.content;
  const isEmpty = ingress == null || (Array.isArray(ingress) && ingress.length === 0);
  return isDeepStrictEqual(isEmpty ? others : read.content, meant);
}

/** Returns the edits that would restore a span: where it was inserted, then wherever else the same text is now. */
function spansIn(text: string, span: EditedSpan | undefined): readonly Edit[] {
  if (span === undefined || span.after === '') return [];
  const offsets: number[] = text.startsWith(span.after, span.at) ? [span.at] : [];
  // A service such as `bastion` may occur often; each attempt parses the file.
  for (
    let at = text.indexOf(span.after);
    at !== -1 && offsets.length < 50;
    at = text.indexOf(span.after, at + 1)
  )
    if (at !== span.at) offsets.push(at);
  return offsets.map((at) => ({ at, removed: span.after.length, inserted: span.before }));
}

function editBack(config: TunnelConfig, ingress: YAMLSeq, position: number, { was }: MadeRoute): Edit | null {
  if (was !== undefined) return otherService(ingress, position, was);
  return ingress.flow === true ? outOfFlow(ingress, position) : outOfBlock(config, ingress, position);
}

/** Removes the lines of an ingress that a rollout created. */
function outWhole({ text, root }: TunnelConfig, ingress: YAMLSeq): Edit | null {
  const key = ownPair(root, 'ingress')?.key;
  if (root.flow === true || !isScalar(key) || key.range == null || ingress.range == null) return null;
  const newline = withLineFeeds(text).indexOf('\n', ingress.range[1] - 1);
  const end = newline === -1 ? text.length : newline + 1;
  return { at: key.range[0], removed: end - key.range[0], inserted: '' };
}

/** Removes the lines of a rule, up to the next rule or the comment directly above that one. */
function outOfBlock({ text }: TunnelConfig, ingress: YAMLSeq, position: number): Edit | null {
  const [from, next] = [position, position + 1].map((index) => dashOf(ingress.srcToken, index));
  if (from == null || next == null) return null;
  const lines = withLineFeeds(text);
  const [start, end] = [from, next].map((dash) => lines.lastIndexOf('\n', dash - 1) + 1);
  if (start === undefined || end === undefined) return null;
  const at = aboveComments(lines, end, lines.slice(end, next));
  return { at: start, removed: Math.max(at, start) - start, inserted: '' };
}

function outOfFlow(ingress: YAMLSeq, position: number): Edit | null {
  const [from, next] = [position, position + 1].map((index) => {
    const item = ingress.items[index];
    return isMap(item) || isAlias(item) ? item.range?.[0] : undefined;
  });
  return from === undefined || next === undefined ? null : { at: from, removed: next - from, inserted: '' };
}
