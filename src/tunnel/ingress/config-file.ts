import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import * as z from 'zod';
import { duplicateKeys } from '../../config/duplicate-keys.ts';
import { characterFault } from './go-characters.ts';
import { goYaml, ownPair, ReadFault } from './go-yaml.ts';
import { withLineFeeds } from './line-feeds.ts';
import { inheriting, type OriginSettings, readOriginRequest } from './origin-request.ts';
import { type IngressRule, ingressFaults } from './rules.ts';

/** A fault in a configuration file of cloudflared; lines count from 1. */
export interface ConfigFault {
  readonly line: number;
  readonly what: string;
}

/** The configuration file of cloudflared, with its syntax tree. */
export interface TunnelConfig {
  readonly text: string;
  /** The UUID or the name of the tunnel; null if the file has none. */
  readonly tunnel: string | null;
  readonly credentialsFile: string | null;
  readonly metrics: string | null;
  /** A token, or a file with one: with either, cloudflared ignores the rules of the file. */
  readonly token: string | null;
  readonly tokenFile: string | null;
  /** Empty if the file has no ingress. */
  readonly rules: readonly IngressRule[];
  /** The position of each rule in `ingress`: cloudflared skips an item that is null. */
  readonly positions: readonly number[];
  /** What every rule inherits. */
  readonly inherited: OriginSettings;
  readonly content: Readonly<Record<string, unknown>>;
  readonly root: YAMLMap;
  /** Null if the file has no ingress, or an empty one, or one that is an alias. */
  readonly ingress: YAMLSeq | null;
  /** Why no rule can be inserted, if cloudflared accepts the file; null if nothing prevents it. */
  readonly fixed: ConfigFault | null;
}

/** Reads the file as cloudflared 2026.8.2 does: only the first document, with the line breaks of YAML 1.1. */
export function readTunnelConfig(source: string): TunnelConfig | { readonly faults: readonly ConfigFault[] } {
  const lines = new LineCounter();
  const [document] = documentsIn(source, lines);
  const lineOf = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const refused = characterFault(source);
  if (refused !== null) return { faults: [{ line: lineOf(refused.at), what: refused.what }] };
  if (document === undefined) return { faults: [{ line: 1, what: 'it is empty' }] };
  if (document.errors.length > 0) {
    return {
      faults: document.errors.map(({ code, message, pos }) => ({
        line: lineOf(pos[0]),
        what: textOf(code, message),
      })),
    };
  }
  // go-yaml refuses a duplicate key in a mapping as well.
  const twice = duplicateKeys(document);
  if (twice.length > 0) return { faults: twice.map((at) => ({ line: lineOf(at), what: 'a duplicate key' })) };
  const at = (node: unknown) => lineOf(isNode(node) ? (node.range?.[0] ?? 0) : 0);
  const { contents: root } = document;
  if (!isMap(root))
    return { faults: [{ line: 1, what: root === null ? 'it is empty' : 'it is not a mapping of settings' }] };
  try {
    const read = settingsIn(document, root);
    const content = contentOf(document, root);
    const { rules, items } = read;
    const faults = rules.length === 0 ? [] : ingressFaults(rules);
    if (faults.length === 0) return { text: source, root, content, ...read, fixed: whyFixed(read.alias, at) };
    return {
      faults: faults.map(({ rule, what }) => ({
        line: at(items[rule]),
        what: `rule ${rule + 1}: ${what}`,
      })),
    };
  } catch (error) {
    if (!(error instanceof ReadFault)) throw error;
    return { faults: [{ line: at(error.node ?? root), what: error.message }] };
  }
}

function documentsIn(source: string, lineCounter: LineCounter): readonly Document[] {
  const text = withLineFeeds(source);
  const options = {
    keepSourceTokens: true,
    lineCounter,
    merge: true,
    prettyErrors: false,
    logLevel: 'error',
    uniqueKeys: false,
  } as const;
  const documents = parseAllDocuments(text, options);
  return Array.isArray(documents) ? documents : [];
}

const whyFixed = (alias: unknown, at: (node: unknown) => number): ConfigFault | null =>
  alias === null ? null : { line: at(alias), what: 'ingress is an alias of another part of the file' };

function settingsIn(document: Document, root: YAMLMap) {
  const reader = goYaml(document);
  const top = reader.fields(root, 'the file');
  const text = (name: string) => reader.text(top.get(name) ?? null, name);
  const orNull = (name: string) => text(name) || null;
  const inherited = readOriginRequest(reader, top.get('originRequest') ?? null);
  const written = top.get('ingress') ?? null;
  if (written !== null && !isSeq(written)) throw new ReadFault(written, 'ingress is not a list');
  const items = (written?.items ?? []).flatMap((item, position) => {
    const node = reader.resolved(item);
    return node === null ? [] : [{ item, node, position }];
  });
  const rules = items.map(({ node }): IngressRule => {
    const fields = reader.fields(node, 'a rule of ingress');
    const own = (name: string) => reader.text(fields.get(name) ?? null, name);
    const settings = readOriginRequest(reader, fields.get('originRequest') ?? null);
    const parts = { hostname: own('hostname'), path: own('path'), service: own('service') };
    return { ...parts, ...inheriting(settings, inherited) };
  });
  const alias = ownPair(root, 'ingress')?.value;
  return {
    tunnel: orNull('tunnel'),
    credentialsFile: orNull('credentials-file'),
    metrics: orNull('metrics'),
    token: orNull('token'),
    tokenFile: orNull('token-file'),
    inherited,
    rules,
    positions: items.map(({ position }) => position),
    items: items.map(({ item }) => item),
    alias: isAlias(alias) ? alias : null,
    ingress: rules.length === 0 || isAlias(alias) ? null : written,
  };
}

function contentOf(document: Document, root: YAMLMap): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(document.toJS());
  } catch (error) {
    // An alias without its anchor, or a merge of something that is not a mapping.
    if (error instanceof ReferenceError || (error instanceof Error && error.message.startsWith('Merge ')))
      throw new ReadFault(root, error.message);
    throw error;
  }
}

function textOf(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab in the indentation; YAML allows only spaces';
  return message;
}
