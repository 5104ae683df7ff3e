import { parseChecklist } from '../../src/checklist/parse-checklist.ts';
import { resolveDatabaseTarget } from '../../src/config/database-target.ts';
import { parseEnvFile } from '../../src/config/env-file.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { passwordFromPgpass } from '../../src/config/pgpass.ts';
import { readCompose } from '../../src/containers/compose/read-compose.ts';
import { leadingDirectives } from '../../src/database/migration-rules/rules/transaction-mode.ts';
import { printableSql } from '../../src/database/printable-sql.ts';
import { splitScript } from '../../src/database/sql/split-script.ts';
import { tokensOf } from '../../src/database/sql/tokens.ts';
import { code, escapeText } from '../../src/documents/markdown.ts';
import { findSection } from '../../src/documents/marked-section.ts';
import { withoutCredentials } from '../../src/domain/credentials.ts';
import { visible } from '../../src/domain/visible-text.ts';
import { readArchive } from '../../src/dumps/archive.ts';
import { parseJournal } from '../../src/engine/journal-text.ts';
import { parseSavedPlan } from '../../src/engine/saved-plan/format.ts';
import { printable, wrapText } from '../../src/screens/wrap.ts';
import { readTunnelConfig } from '../../src/tunnel/ingress/config-file.ts';
import { routeState } from '../../src/tunnel/ingress/route.ts';
import { splicedConfig } from '../../src/tunnel/ingress/splice.ts';

export interface Parser {
  readonly parse: (text: string) => unknown;
  /** Pieces with a meaning for the parser. */
  readonly pieces: readonly string[];
}

const pgpassTarget = { host: 'h', port: 5432, database: 'd', user: 'u' };
const route = { hostname: 'erp-db.bestviable.com', service: 'http://traefik:80' };

/** Reads the configuration of a tunnel, and inserts the route if it is valid. */
function spliced(text: string): unknown {
  const config = readTunnelConfig(text);
  if ('faults' in config) return config.faults;
  return splicedConfig(config, routeState(config.rules, route, ['/erp', '/agent']), route);
}

const sql = [
  'select',
  "'",
  '"',
  'U&"',
  "E'",
  '$$',
  '$a$',
  '/*',
  '*/',
  '--',
  ';',
  '\\',
  '(',
  ')',
  '\n',
  '\r',
  '\0',
];
const yaml = [
  'ingress:',
  '\n',
  '  ',
  '- ',
  'hostname: a.b',
  'service: http_status:404',
  'path: x',
  '|',
  '>',
  '&a',
  '*a',
  '{',
  '}',
  '[',
  ']',
  '#',
  '"',
  "'",
  ':',
  '---',
  '!!str',
  '\t',
];
const marks = [
  '<!-- erp-deploy:begin schema -->',
  '<!-- erp-deploy:end schema -->',
  '```',
  '~~~',
  '\n',
  '\r\n',
  '\uFEFF',
  '#',
];
const url = [
  'postgres://',
  '@',
  ':',
  '/',
  '?',
  '&',
  '=',
  '%',
  '%40',
  'password=',
  'p%61ssword=',
  '[::1]',
  '\u202e',
];
const markdown = [
  'a.',
  '@',
  'http://',
  'www.',
  '_',
  '*',
  '`',
  '|',
  '<',
  '- [ ] ',
  '- [x] ',
  '# ',
  '\n',
  '1.',
  '  ',
];
const env = ['A=', 'B', "'", '"', '$', '${', '}', '#', '\n', '\\', 'export ', ' ', '`'];
const terminal = ['\x1b[', '\x1b]', '\x07', '\u202e', '\u200d', '日本', ' ', '/', '\n', '\t', '\ud800'];

/** Every function that parses text from outside. */
export const parsers: Readonly<Record<string, Parser>> = {
  configuration: {
    parse: (text) => parseConfig(text, 'f'),
    pieces: [...yaml, 'skip:', 'production:', 'engine: auto'],
  },
  'compose file': {
    parse: readCompose,
    pieces: [...yaml, 'services:', 'postgres-erp:', 'postgrest-erp:', '<<: *a', '<<: b', 'image: x'],
  },
  "a tunnel's configuration, with the splice": { parse: spliced, pieces: yaml },
  journal: {
    parse: (text) => parseJournal(Buffer.from(text), 'f'),
    pieces: [
      '{"v":1',
      ',"at":"2026-11-22T21:04:00.000Z"',
      ',"type":"finished","exit":0}',
      '\n',
      '{',
      '}',
      '[',
      '"',
      '9'.repeat(40),
      '__proto__',
    ],
  },
  'saved plan': {
    parse: parseSavedPlan,
    pieces: [
      '{',
      '}',
      '"format"',
      ':',
      '"erp-deploy plan 1"',
      ',',
      '[',
      ']',
      '"steps"',
      '\0',
      '9'.repeat(400),
    ],
  },
  'database URL': { parse: (text) => resolveDatabaseTarget(text, { env: {} }), pieces: url },
  'password file': {
    parse: (text) => passwordFromPgpass(text, pgpassTarget),
    pieces: ['h:5432:d:u:p', '*', ':', '\\', '\n', '#'],
  },
  credentials: { parse: withoutCredentials, pieces: url },
  '.env': { parse: (text) => parseEnvFile(text, ['A']), pieces: env },
  'visible text': { parse: visible, pieces: terminal },
  'text in a terminal': { parse: (text) => [printable(text), wrapText(text, 20)], pieces: terminal },
  tokens: { parse: tokensOf, pieces: sql },
  script: { parse: splitScript, pieces: sql },
  directives: { parse: leadingDirectives, pieces: [...sql, '-- erp-deploy: no-transaction'] },
  'SQL to print': { parse: printableSql, pieces: [...sql, '\u202e'] },
  'Markdown text': { parse: (text) => [escapeText(text), code(text)], pieces: markdown },
  'managed section': { parse: (text) => findSection(text, 'schema'), pieces: marks },
  'list of a dump': {
    parse: readArchive,
    pieces: [';', '215; 1259 16386 TABLE erp people ada', '\n', 'TOC Entries: 3', 'SCHEMA - erp'],
  },
};

export const asyncParsers: Readonly<Record<string, Parser>> = {
  checklist: { parse: parseChecklist, pieces: markdown },
};
