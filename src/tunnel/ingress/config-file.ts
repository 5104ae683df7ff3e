import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { z } from 'zod';
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
  /** Empty if the file has no ingress. */
  readonly rules: readonly IngressRule[];
  readonly content: Readonly<Record<string, unknown>>;
  readonly root: YAMLMap;
  /** Null if the file has no ingress, or an empty one. */
  readonly ingress: YAMLSeq | null;
}

/** go-yaml also converts a number to a string. */
const text = z.union([z.string(), z.number().transform(String), z.null().transform(() => '')]).default('');
const ruleSchema = z.looseObject({ hostname: text, path: text, service: text });
const contentSchema = z.looseObject({
  tunnel: text,
  'credentials-file': text,
  metrics: text,
  ingress: z.array(ruleSchema).nullish(),
});

export function readTunnelConfig(source: string): TunnelConfig | { readonly faults: readonly ConfigFault[] } {
  const lines = new LineCounter();
  // go-yaml refuses a duplicate key in a mapping as well.
  const document = parseDocument(source, {
    keepSourceTokens: true,
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
  });
  const lineOf = (offset: number) => Math.max(1, lines.linePos(offset).line);
  if (document.errors.length > 0) {
    return {
      faults: document.errors.map(({ code, message, pos }) => ({
        line: lineOf(pos[0]),
        what: textOf(code, message),
      })),
    };
  }
  const at = (node: unknown) => lineOf(offsetOf(node));
  const parsed = contentOf(document);
  if ('what' in parsed) return { faults: [{ line: 1, what: parsed.what }] };
  const { root, content } = parsed;
  const read = contentSchema.safeParse(content);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { faults: [{ line: at(root), what: `${issue?.path.join('.')}: ${issue?.message}` }] };
  }
  const node = root.get('ingress', true);
  if (isAlias(node))
    return { faults: [{ line: at(node), what: 'ingress is an alias of another part of the file' }] };
  const ingress = isSeq(node) ? node : null;
  const rules = (read.data.ingress ?? []).map(({ hostname, path, service }) => ({ hostname, path, service }));
  const faults = rules.length === 0 ? [] : ingressFaults(rules);
  if (faults.length > 0) {
    return {
      faults: faults.map(({ rule, what }) => ({
        line: at(ingress?.items[rule]),
        what: `rule ${rule + 1}: ${what}`,
      })),
    };
  }
  const { tunnel, 'credentials-file': credentialsFile, metrics } = read.data;
  const orNull = (value: string) => (value === '' ? null : value);
  return {
    text: source,
    tunnel: orNull(tunnel),
    credentialsFile: orNull(credentialsFile),
    metrics: orNull(metrics),
    rules,
    content,
    root,
    ingress: rules.length === 0 ? null : ingress,
  };
}

interface Content {
  readonly root: YAMLMap;
  readonly content: Readonly<Record<string, unknown>>;
}

function contentOf(document: Document): Content | { readonly what: string } {
  const { contents } = document;
  if (!isMap(contents))
    return { what: contents === null ? 'it is empty' : 'it is not a mapping of settings' };
  try {
    return { root: contents, content: z.record(z.string(), z.unknown()).parse(document.toJS()) };
  } catch (error) {
    // An alias without its anchor.
    if (error instanceof ReferenceError) return { what: error.message };
    throw error;
  }
}

function textOf(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab in the indentation; YAML allows only spaces';
  if (code === 'DUPLICATE_KEY') return 'a duplicate key';
  if (code === 'MULTIPLE_DOCS') return 'a second document, which cloudflared does not read';
  return message;
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
