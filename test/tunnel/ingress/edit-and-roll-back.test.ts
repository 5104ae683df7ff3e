import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTunnelConfig, type TunnelConfig } from '../../../src/tunnel/ingress/config-file.ts';
import { type Route, routeState } from '../../../src/tunnel/ingress/route.ts';
import { splicedConfig } from '../../../src/tunnel/ingress/splice.ts';
import { unsplicedConfig } from '../../../src/tunnel/ingress/unsplice.ts';
import { undoFor } from '../../../src/tunnel/route-text.ts';
import { tempFolder } from '../../support/disk/temp-folder.ts';
import { readConfigFile } from '../../testbed/doubles/cloudflared/config-file.ts';
import { matchingRule, parseIngress } from '../../testbed/doubles/cloudflared/ingress.ts';

const route: Route = { hostname: 'erp-db.bestviable.com', service: 'http://traefik:80' };
const paths = ['/erp/people', '/agent/sessions', '/erp', '/erp/rpc/search'];

const hostnames = fc.constantFrom(
  'app.bestviable.com',
  'erp-db.bestviable.com',
  'ERP-DB.bestviable.com',
  '"*.bestviable.com"',
  "'*.BestViable.com'",
  '"*.example.com"',
  '"erp-db.bestviable.com"',
  'bücher.example',
);
const services = fc.constantFrom(
  'http://app:3000',
  '"http://app:3000"',
  "'https://app'",
  'http://traefik:80',
  'http://traefik',
  'http_status:503',
  'unix:/run/a.sock',
  'hello_world',
  'bastion',
  '>-\n      http://folded:1',
);
const expressions = fc.constantFrom(
  '^/erp',
  String.raw`\A/agent/\w+\z`,
  '"(?i)^/ERP/PEOPLE$"',
  String.raw`\.(png|css)$`,
  '^/health$',
);
const settings = fc.constantFrom(
  '',
  'bastionMode: true',
  'httpHostHeader: app.internal',
  'noTLSVerify: true',
);

const rules = fc.record({
  hostname: fc.option(hostnames),
  path: fc.option(expressions),
  service: services,
  settings,
  comment: fc.constantFrom('', '# above', ' # beside'),
  order: fc.boolean(),
});

const ends = fc.constantFrom('\n', '\r\n', '\r');
const files = fc.record({
  rules: fc.array(rules, { maxLength: 5 }),
  indent: fc.constantFrom('', '  ', '    '),
  top: fc.constantFrom(
    '',
    'originRequest:\n  bastionMode: true\n',
    'originRequest:\n  httpHostHeader: app.internal\n',
  ),
  form: fc.constantFrom('rules', 'rules', 'rules', 'rules', 'none', 'null', 'empty list'),
  before: fc.constantFrom('', '---\n', '\uFEFF', '# Tür 🚪\n'),
  after: fc.constantFrom('', 'loglevel: info\n', '...\n', '---\nother: document\n', '# end'),
  newline: fc.boolean(),
  end: ends,
});
type File = typeof files extends fc.Arbitrary<infer One> ? One : never;

function ruleText(
  { hostname, path, service, settings, comment, order }: File['rules'][number],
  indent: string,
): string {
  const fields = [
    ...(hostname === null ? [] : [`hostname: ${hostname}`]),
    ...(path === null ? [] : [`path: ${path}`]),
    `service: ${service}${service.startsWith('>') ? '' : comment.startsWith(' ') ? comment : ''}`,
    ...(settings === '' ? [] : [`originRequest: {${settings}}`]),
  ];
  const lines = order ? fields : fields.toReversed();
  const above = comment.startsWith('#') ? `${indent}${comment}\n` : '';
  return `${above}${lines.map((line, at) => `${indent}${at === 0 ? '- ' : '  '}${line}\n`).join('')}`;
}

function textOf(file: File): string {
  const ingress = {
    rules: `ingress:\n${file.rules.map((rule) => ruleText(rule, file.indent)).join('')}${file.indent}- service: http_status:404\n`,
    none: '',
    null: 'ingress: ~ # none\n',
    'empty list': 'ingress: []\n',
  }[file.form];
  const whole = `${file.before}tunnel: 6ff42ae2\n${file.top}${ingress}${file.after}`;
  return (file.newline ? whole : whole.replace(/\n$/, '')).replaceAll('\n', file.end);
}

/** Returns the matching rule for each path according to the double of cloudflared, with the effective settings. */
function takenBy(text: string, path: string) {
  writeFileSync(path, text);
  const { config } = readConfigFile(path);
  const parsed = parseIngress(config.ingress, config.originRequest);
  return paths.map((asked) => parsed[matchingRule(parsed, route.hostname, asked)]);
}

/** Returns the edited file; files with faults, and those that need no edit, are not tested here. */
function editable(
  text: string,
): { readonly config: TunnelConfig; readonly state: ReturnType<typeof routeState> } | null {
  const config = readTunnelConfig(text);
  if ('faults' in config) return null;
  const only = [{ hostname: '', path: '', service: 'http_status:404' }];
  const state = routeState(config.rules.length === 0 ? only : config.rules, route, paths);
  return state.is === 'there' ? null : { config, state };
}

test('a random file sends every path to the service of erp-deploy after the edit, and has its original bytes after a rollback', () => {
  const path = join(tempFolder(), 'config.yml');
  let edits = 0;
  fc.assert(
    fc.property(files, (file) => {
      const text = textOf(file);
      const found = editable(text);
      if (found === null) return;
      const { config, state } = found;
      const spliced = splicedConfig(config, state, route);
      if ('fault' in spliced) throw new Error(`${spliced.fault.what}\n${text}`);
      edits += 1;
      for (const rule of takenBy(spliced.text, path)) {
        expect(rule?.service).toMatch(/^http:\/\/traefik(:80)?$/);
        expect(rule?.originRequest.bastionMode ?? false).toBe(false);
        expect(rule?.originRequest.httpHostHeader ?? '').toBe('');
      }
      const edited = readTunnelConfig(spliced.text);
      if ('faults' in edited) throw new Error(edited.faults[0]?.what);
      const made = { ...undoFor(spliced.state, route, config.inherited), span: spliced.span };
      const alone = config.ingress === null ? ({ alone: true } as const) : {};
      expect(unsplicedConfig(edited, { ...made, ...alone })).toBe(text);
    }),
    { numRuns: 400 },
  );
  expect(edits).toBeGreaterThan(100);
});
