import { isDeepStrictEqual } from 'node:util';
import { type CST, isAlias, isMap, isScalar, isSeq, type YAMLSeq } from 'yaml';
import type { MadeRoute } from '../../domain/change.ts';
import { type ConfigFault, readTunnelConfig, type TunnelConfig } from './config-file.ts';
import { type Route, type RouteState, rulesBefore, withRoute } from './route.ts';

interface Edit {
  readonly at: number;
  /** The number of characters to remove. */
  readonly removed: number;
  readonly inserted: string;
}

/** A tunnel without an ingress answers every request with an error; this is the conventional one. */
const catchAll = 'http_status:404';

/** The only rule of a file or a tunnel that had none. */
export const catchAllRule = { hostname: '', path: '', service: catchAll } as const;

/**
 * Returns the file with the route in it, and every other byte unchanged: text is inserted at one place, and the result
 * is parsed again, and must equal the old content with that one rule.
 * @param state the state of the rules with regard to the route: absent, covered or elsewhere
 */
export function splicedConfig(
  config: TunnelConfig,
  state: RouteState,
  route: Route,
): string | { readonly fault: ConfigFault } {
  const edit = editOf(config, state, route);
  if (edit === null)
    return {
      fault: {
        line: lineOf(config, config.ingress),
        what: 'erp-deploy cannot insert a rule into an ingress of this form',
      },
    };
  const { text } = config;
  const spliced = text.slice(0, edit.at) + edit.inserted + text.slice(edit.at + edit.removed);
  if (isAsMeant(config, spliced, state, route)) return spliced;
  return {
    fault: {
      line: lineOf(config, config.ingress),
      what: 'a rule inserted here would change the meaning of the file',
    },
  };
}

/**
 * Returns the file without the rule that a rollout inserted, or with the one that it changed restored, and every other
 * byte unchanged.
 * @returns null if the rule was edited since, or cannot be reverted without changing the meaning of the file
 */
export function unsplicedConfig(config: TunnelConfig, rule: number, made: MadeRoute): string | null {
  const { ingress, text, content } = config;
  if (ingress === null || !Array.isArray(content.ingress)) return null;
  const rules = rulesBefore(content.ingress, rule, made);
  if (rules === null) return null;
  const whole = made.alone === true && isDeepStrictEqual(rules, [{ service: catchAll }]);
  const edit = whole ? outWhole(config, ingress) : editBack(config, ingress, rule, made);
  if (edit === null) return null;
  const before = text.slice(0, edit.at) + edit.inserted + text.slice(edit.at + edit.removed);
  const after = readTunnelConfig(before);
  const { ingress: _, ...others } = content;
  const meant = whole ? others : { ...content, ingress: rules };
  return 'faults' in after || !isDeepStrictEqual(after.content, meant) ? null : before;
}

function editBack(config: TunnelConfig, ingress: YAMLSeq, rule: number, { was }: MadeRoute): Edit | null {
  if (was !== undefined) return otherService(ingress, rule, was);
  return ingress.flow === true ? outOfFlow(ingress, rule) : outOfBlock(config, ingress, rule);
}

/** Removes the lines of an ingress that a rollout created. */
function outWhole({ text, root }: TunnelConfig, ingress: YAMLSeq): Edit | null {
  const key = root.items.find((pair) => isScalar(pair.key) && pair.key.value === 'ingress')?.key;
  if (root.flow === true || !isScalar(key) || key.range == null || ingress.range == null) return null;
  const newline = text.indexOf('\n', ingress.range[1] - 1);
  const end = newline === -1 ? text.length : newline + 1;
  return { at: key.range[0], removed: end - key.range[0], inserted: '' };
}

/** Removes the lines of a rule, up to the next rule or the comment directly above that one. */
function outOfBlock({ text }: TunnelConfig, ingress: YAMLSeq, rule: number): Edit | null {
  const [from, next] = [rule, rule + 1].map((index) => dashOf(ingress.srcToken, index));
  if (from == null || next == null) return null;
  const [start, end] = [from, next].map((dash) => text.lastIndexOf('\n', dash - 1) + 1);
  if (start === undefined || end === undefined) return null;
  const at = aboveComments(text, end, text.slice(end, next));
  return { at: start, removed: Math.max(at, start) - start, inserted: '' };
}

function outOfFlow(ingress: YAMLSeq, rule: number): Edit | null {
  const [from, next] = [rule, rule + 1].map((index) => {
    const item = ingress.items[index];
    return isMap(item) || isAlias(item) ? item.range?.[0] : undefined;
  });
  return from === undefined || next === undefined ? null : { at: from, removed: next - from, inserted: '' };
}

function isAsMeant(config: TunnelConfig, spliced: string, state: RouteState, route: Route): boolean {
  const after = readTunnelConfig(spliced);
  if ('faults' in after) return false;
  const before = config.rules.length === 0 ? [{ service: catchAll }] : config.content.ingress;
  if (!Array.isArray(before)) return false;
  return isDeepStrictEqual(after.content, { ...config.content, ingress: withRoute(before, state, route) });
}

function editOf(config: TunnelConfig, state: RouteState, route: Route): Edit | null {
  if (config.ingress === null) return newIngress(config, route);
  if (state.is === 'elsewhere') return otherService(config.ingress, state.rule, route.service);
  if (state.is !== 'absent' && state.is !== 'covered') return null;
  return config.ingress.flow === true
    ? inFlow(config.ingress, state.before, route)
    : inBlock(config, config.ingress, state.before, route);
}

/** Inserts the lines of a rule before another rule and the comment directly above it. */
function inBlock({ text }: TunnelConfig, ingress: YAMLSeq, before: number, route: Route): Edit | null {
  const dash = dashOf(ingress.srcToken, before);
  if (dash === null) return null;
  const start = text.lastIndexOf('\n', dash - 1) + 1;
  const indent = text.slice(start, dash).replace(/^\uFEFF/, '');
  if (!/^ *$/.test(indent)) return null;
  const at = aboveComments(text, start, indent);
  const gap = /^ +/.exec(text.slice(dash + 1))?.[0] ?? ' ';
  const inner = indent + ' '.repeat(1 + gap.length);
  const lines = [`${indent}-${gap}hostname: ${route.hostname}`, `${inner}service: ${route.service}`];
  const end = newlineOf(text);
  return { at, removed: 0, inserted: lines.map((line) => line + end).join('') };
}

function dashOf(token: CST.Token | undefined, index: number): number | null {
  if (token?.type !== 'block-seq') return null;
  return token.items[index]?.start.find(({ type }) => type === 'seq-item-ind')?.offset ?? null;
}

/** Returns the start of the comment lines directly above a line, at its indentation. */
function aboveComments(text: string, start: number, indent: string): number {
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
function inFlow(ingress: YAMLSeq, before: number, { hostname, service }: Route): Edit | null {
  const item = ingress.items[before];
  const at = isMap(item) || isAlias(item) ? item.range?.[0] : undefined;
  if (at === undefined) return null;
  return { at, removed: 0, inserted: `{hostname: ${hostname}, service: "${service}"}, ` };
}

function otherService(ingress: YAMLSeq, rule: number, service: string): Edit | null {
  const item = ingress.items[rule];
  const value = isMap(item) ? item.get('service', true) : undefined;
  if (!isScalar(value) || value.range === undefined || value.range === null) return null;
  const [at, end] = value.range;
  return { at, removed: end - at, inserted: ingress.flow === true ? `"${service}"` : service };
}

/** Appends an ingress to the file, or replaces an empty one. */
function newIngress({ text, root }: TunnelConfig, { hostname, service }: Route): Edit | null {
  const end = newlineOf(text);
  const rules = [`  - hostname: ${hostname}`, `    service: ${service}`, `  - service: ${catchAll}`];
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === 'ingress');
  if (pair === undefined) {
    if (root.flow === true || /^(\.\.\.|---\s*$)/m.test(text.slice(root.range?.[1] ?? 0))) return null;
    const ended = text.endsWith('\n') ? '' : end;
    return {
      at: text.length,
      removed: 0,
      inserted: ended + ['ingress:', ...rules].map((line) => line + end).join(''),
    };
  }
  const { value } = pair;
  if (isSeq(value) && value.range != null) {
    const [at, last] = value.range;
    return {
      at,
      removed: last - at,
      inserted: `[{hostname: ${hostname}, service: "${service}"}, {service: "${catchAll}"}]`,
    };
  }
  if (!isScalar(value) || value.range == null || root.flow === true) return null;
  // `ingress:`, `ingress: ~` or `ingress: null`: the rules follow on lines of their own.
  const [at, last] = value.range;
  return { at, removed: last - at, inserted: `${end}${rules.join(end)}` };
}

/** Returns the line ending of the first line. */
function newlineOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

function lineOf({ text }: TunnelConfig, ingress: YAMLSeq | null): number {
  return text.slice(0, ingress?.range?.[0] ?? 0).split('\n').length;
}
