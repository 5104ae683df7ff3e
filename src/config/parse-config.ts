import { type Document, isAlias, isNode, LineCounter, parseDocument, visit } from 'yaml';
import type { Config } from './config.ts';
import { type ConfigFault, type ConfigSource, faultsOf, positionAt, shown } from './config-faults.ts';
import { configOf } from './config-of.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { settingsSchema } from './settings-schema.ts';

export type ParsedConfig = { readonly config: Config } | { readonly faults: readonly ConfigFault[] };

/**
 * Parses `erp-deploy.config.yaml`; an empty text gives the defaults. All faults are reported at once, but faults
 * of settings are not found if the text is not YAML.
 * @param file the name of the file, for the faults
 */
export function parseConfig(text: string, file: string): ParsedConfig {
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, stringKeys: true, uniqueKeys: false };
  const document = parseDocument(text, options);
  const source: ConfigSource = { file, document, lines };
  const errors = onePerPosition([...document.errors, ...document.warnings]).slice(0, mostFaults);
  const twice = duplicateKeys(document).slice(0, mostFaults);
  const notYaml = [
    ...errors.map(({ pos, message }) => yamlFault(source, pos[0], 'YAML', message, text)),
    ...twice.map((at) => yamlFault(source, at, 'each setting once', 'Map keys must be unique', text)),
  ];
  const aliases = aliasFaults(source);
  const readable = aliases.length === 0 && document.errors.length === 0;
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
  return withoutEmpty(document.toJS() ?? {}, []);
}

function withoutEmpty(value: unknown, path: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      const inner = [...path, key];
      if (!mappings.has(inner.join('.'))) return [[key, one]];
      return one === null ? [] : [[key, withoutEmpty(one, inner)]];
    }),
  );
}

const mappings: ReadonlySet<string> = new Set([
  ...['production', 'cloudflare', 'database', 'neighbour', 'migrations', 'skip'],
  ...['containers', 'containers.database', 'containers.database.settings', 'containers.api'],
]);

/** The most faults of a kind that are reported: each is shown with its line. */
const mostFaults = 50;

/** Keeps the first error at each position: the parser reports one cause as several. */
function onePerPosition<Placed extends { readonly pos: readonly [number, number] }>(
  errors: readonly Placed[],
): readonly Placed[] {
  const seen = new Set<number>();
  return errors.filter(({ pos: [at] }) => !seen.has(at) && seen.add(at));
}

function yamlFault(
  source: ConfigSource,
  at: number,
  expected: string,
  message: string,
  text: string,
): ConfigFault {
  const place = positionAt(source, at);
  const excerpt = excerptOf(text, place);
  return {
    ...place,
    path: '',
    expected,
    actual: shown(message),
    ...(excerpt.length === 0 ? {} : { excerpt }),
  };
}

/** Returns the line with a caret below the column; nothing of a line that may contain a password. */
function excerptOf(text: string, { line, column }: { readonly line: number; readonly column: number }) {
  const lines = text.split(/\r?\n/).slice(0, line);
  // What is missing at the end of the file belongs to its last line.
  const last = lines.findLastIndex((one) => one.trim() !== '');
  const content = lines[last] ?? '';
  if (content === '' || shown(content) !== content) return [];
  const visible = content.replaceAll('\t', ' ');
  return [`  ${visible}`, `  ${' '.repeat(last === line - 1 ? column - 1 : visible.length)}^`];
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
      actual: 'a YAML alias',
    });
  });
  return faults;
}
