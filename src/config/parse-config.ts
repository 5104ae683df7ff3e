import { type Document, isAlias, isNode, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import type { Config } from './config.ts';
import { type ConfigFault, type ConfigSource, faultsOf, positionAt, shown } from './config-faults.ts';
import { configOf } from './config-of.ts';
import { settingsSchema } from './settings-schema.ts';

export type ParsedConfig = { readonly config: Config } | { readonly faults: readonly ConfigFault[] };

/**
 * Parses `erp-deploy.config.yaml`; an empty text gives the defaults. All faults are reported at once, but faults
 * of settings are not found if the text is not YAML.
 * @param file the name of the file, for the faults
 */
export function parseConfig(text: string, file: string): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const source: ConfigSource = { file, document, lines };
  const notYaml = [...document.errors, ...document.warnings].map((error) => yamlFault(source, error, text));
  const aliases = aliasFaults(source);
  const readable = aliases.length === 0 && document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  const checked = readable ? check(source) : { faults: [] };
  const faults = [...notYaml, ...aliases, ...('faults' in checked ? checked.faults : [])];
  if ('config' in checked && faults.length === 0) return checked;
  return { faults: faults.sort((one, other) => one.line - other.line || one.column - other.column) };
}

function check(source: ConfigSource): ParsedConfig {
  const read = settingsSchema.safeParse(settingsIn(source.document));
  if (read.success) return { config: configOf(read.data) };
  return { faults: read.error.issues.flatMap((issue) => faultsOf(source, issue)) };
}

/** Returns the settings as plain values. YAML reads a mapping with only comments as null; it counts as empty. */
function settingsIn(document: Document): unknown {
  const root: unknown = document.toJS() ?? {};
  if (typeof root !== 'object' || root === null || Array.isArray(root)) return root;
  const mappings = new Set(['production', 'cloudflare', 'database', 'neighbour', 'migrations', 'skip']);
  return Object.fromEntries(
    Object.entries(root).filter(([key, value]) => value !== null || !mappings.has(key)),
  );
}

function yamlFault(source: ConfigSource, error: YAMLError, text: string): ConfigFault {
  const expected = error.code === 'DUPLICATE_KEY' ? 'each setting once' : 'YAML';
  const place = positionAt(source, error.pos[0]);
  const excerpt = excerptOf(text, place);
  return {
    ...place,
    path: '',
    expected,
    found: shown(error.message),
    ...(excerpt.length === 0 ? {} : { excerpt }),
  };
}

/** Returns the line with a caret below the column; nothing of a line that may contain a password. */
function excerptOf(text: string, { line, column }: { readonly line: number; readonly column: number }) {
  const content = text.split(/\r?\n/)[line - 1] ?? '';
  if (content.trim() === '' || shown(content) !== content) return [];
  const visible = content.replaceAll('\t', ' ');
  return [`  ${visible}`, `  ${' '.repeat(column - 1)}^`];
}

/** Refuses YAML aliases: with them a small file can expand without bound, and no setting needs one. */
function aliasFaults(source: ConfigSource): ConfigFault[] {
  const faults: ConfigFault[] = [];
  visit(source.document, (_, node) => {
    if (!isNode(node) || !isAlias(node)) return;
    faults.push({
      ...positionAt(source, node.range?.[0] ?? 0),
      path: '',
      expected: 'a plain value',
      found: 'a YAML alias',
    });
  });
  return faults;
}
