import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readTunnelConfig } from '../../../src/tunnel/ingress/config-file.ts';
import { routeState } from '../../../src/tunnel/ingress/route.ts';
import { splicedConfig } from '../../../src/tunnel/ingress/splice.ts';
import { unsplicedConfig } from '../../../src/tunnel/ingress/unsplice.ts';

const route = { hostname: 'erp-db.bestviable.com', service: 'http://traefik:80' };
const paths = ['/erp/people', '/agent/sessions'];
const head = 'tunnel: 6ff42ae2-765d-4adf-8112-31c55c1551ef\ncredentials-file: /etc/cloudflared/it.json\n';
const ours = '  - hostname: erp-db.bestviable.com\n    service: http://traefik:80\n';

/** Returns the new text of a file, or its first fault with the line. */
function spliced(text: string): string {
  const config = readTunnelConfig(text);
  if ('faults' in config) return `line ${config.faults[0]?.line}: ${config.faults[0]?.what}`;
  const state = routeState(
    config.rules.length === 0 ? [{ hostname: '', path: '', service: 'http_status:404' }] : config.rules,
    route,
    paths,
  );
  if (state.is === 'there') return state.is;
  const done = splicedConfig(config, state, route);
  return 'text' in done ? done.text : `line ${done.fault.line}: ${done.fault.what}`;
}

/** The rule is expected at `§`, and every other byte must stay. */
const files: Readonly<Record<string, string>> = {
  'the usual one': `${head}ingress:\n  - hostname: n8n.bestviable.com\n    service: http://n8n:5678\n§  - service: http_status:404\n`,
  'a catch-all alone': `${head}ingress:\n§  - service: http_status:404\n`,
  'comments everywhere': `# mine\n${head}ingress: # the rules\n  # n8n\n  - hostname: n8n.bestviable.com # don't touch\n    service: http://n8n:5678\n\n§  # everything else\n  # is refused\n  - service: http_status:404 # last\n# end\n`,
  'odd spacing and quotes': `tunnel:    "6ff42ae2"\ncredentials-file:   '/x.json'\ningress:\n  - hostname:   "a.bestviable.com"\n    service:     'http://a:1'\n§  - service:  "http_status:404"   \n\n\n`,
  'long folded strings': `${head}warp-routing:\n  note: >-\n    a very long line that goes on and on and on and on and on and on and on and on and on\n    and on\ningress:\n§  - service: http_status:404\n`,
  'anchors and merge keys': `${head}x: &slow\n  connectTimeout: 30s\ningress:\n  - hostname: a.bestviable.com\n    service: http://a:1\n    originRequest: &a\n      <<: *slow\n      noTLSVerify: true\n  - hostname: b.bestviable.com\n    service: http://b:1\n    originRequest: *a\n§  - service: http_status:404\n`,
  'an anchored ingress': `${head}ingress: &rules\n  - hostname: a.bestviable.com\n    service: http://a:1\n§  - service: http_status:404\n`,
  'a catch-all that is an alias': `${head}last: &last\n  service: http_status:404\ningress:\n  - hostname: a.bestviable.com\n    service: http://a:1\n§  - *last\n`,
  'path rules': `${head}ingress:\n  - hostname: a.bestviable.com\n    path: ^/static/.*\\.(png|css)$\n    service: http://a:1\n  - hostname: a.bestviable.com\n    service: http://a:2\n§  - service: http_status:404\n`,
  'a path rule for all names that does not take ours': `${head}ingress:\n  - path: ^/metrics$\n    service: http://m:9\n§  - service: http_status:404\n`,
  'wildcards of another domain': `${head}ingress:\n  - hostname: "*.example.com"\n    service: http://a:1\n§  - service: http_status:404\n`,
  'originRequest at the top and in rules': `${head}originRequest:\n  connectTimeout: 10s\ningress:\n  - hostname: a.bestviable.com\n    service: https://a:1\n    originRequest:\n      noTLSVerify: true\n§  - service: http_status:404\n    originRequest:\n      connectTimeout: 1s\n`,
  'other services': `${head}ingress:\n  - hostname: ssh.bestviable.com\n    service: ssh://localhost:22\n  - hostname: u.bestviable.com\n    service: unix:/run/x.sock\n§  - service: http_status:503\n`,
  'no newline at the end': `${head}ingress:\n§  - service: http_status:404`,
  'settings behind the ingress': `ingress:\n§  - service: http_status:404\nloglevel: info\n${head}`,
  'a document marker': `---\n${head}ingress:\n§  - service: http_status:404\n...\n`,
  'a byte order mark': `\uFEFF${head}ingress:\n§  - service: http_status:404\n`,
  'empty hostname on the catch-all': `${head}ingress:\n§  - hostname: ""\n    service: http_status:404\n`,
  'a commented-out rule between': `${head}ingress:\n  - hostname: a.bestviable.com\n    service: http://a:1\n§  # - hostname: old.bestviable.com\n  #   service: http://old:1\n  - service: http_status:404\n`,
  'no space between rules and unicode': `# Tür für alle 🚪\n${head}ingress:\n  - {hostname: ü.example.com, service: "http://a:1"}\n§  - service: http_status:404\n`,
};

describe('inserting a rule into a config.yml changes no other byte', () => {
  test.each(Object.entries(files))('%s', (_, marked) => {
    const text = marked.replace('§', '');
    expect(spliced(text)).toBe(marked.replace('§', ours));
  });

  test.each(Object.entries(files))('with CRLF: %s', (_, marked) => {
    const crlf = (one: string) => one.replaceAll('\n', '\r\n');
    expect(spliced(crlf(marked.replace('§', '')))).toBe(crlf(marked.replace('§', ours)));
  });

  test('with rules that are not indented', () => {
    const before = `${head}ingress:\n- hostname: a.bestviable.com\n  service: http://a:1\n`;
    const rule = '- hostname: erp-db.bestviable.com\n  service: http://traefik:80\n';
    expect(spliced(`${before}- service: http_status:404\n`)).toBe(
      `${before}${rule}- service: http_status:404\n`,
    );
  });

  test('with a wide gap after the dash', () => {
    const before = `${head}ingress:\n    -   hostname: a.bestviable.com\n        service: http://a:1\n`;
    const rule = '    -   hostname: erp-db.bestviable.com\n        service: http://traefik:80\n';
    expect(spliced(`${before}    -   service: http_status:404\n`)).toBe(
      `${before}${rule}    -   service: http_status:404\n`,
    );
  });

  test('with rules in one line', () => {
    const rules = (more: string) =>
      `${head}ingress: [{hostname: a.b.com, service: "http://a:1"}, ${more}{service: "http_status:404"}] # all\n`;
    expect(spliced(rules(''))).toBe(
      rules('{hostname: erp-db.bestviable.com, service: "http://traefik:80"}, '),
    );
  });

  test.each([
    [
      'no ingress, two documents',
      `${head}---\na: b\n`,
      `${head}ingress:\n${ours}  - service: http_status:404\n---\na: b\n`,
    ],
    ['no ingress at all', head, `${head}ingress:\n${ours}  - service: http_status:404\n`],
    ['no ingress, no last newline', head.trimEnd(), `${head}ingress:\n${ours}  - service: http_status:404\n`],
    ['an ingress of nothing', `${head}ingress:\n`, `${head}ingress:\n${ours}  - service: http_status:404\n`],
    [
      'an empty list',
      `${head}ingress: []\n`,
      `${head}ingress: [{hostname: erp-db.bestviable.com, service: "http://traefik:80"}, {service: "http_status:404"}]\n`,
    ],
  ])('%s', (_, before, after) => {
    expect(spliced(before)).toBe(after);
    expect(parseAllDocuments(after)[0]?.toJS().ingress).toHaveLength(2);
  });
});

/** Returns the file as it was before erp-deploy added or changed the rule; null if the rule stays. */
function unspliced(text: string, was?: string): string | null {
  const config = readTunnelConfig(text);
  if ('faults' in config) throw new Error(config.faults[0]?.what);
  return unsplicedConfig(config, { type: 'route', ...route, ...(was === undefined ? {} : { was }) });
}

describe('an inserted rule is removed again', () => {
  test.each(Object.entries(files))('which restores every byte: %s', (_, marked) => {
    const before = marked.replace('§', '');
    expect(unspliced(spliced(before))).toBe(before);
  });

  test('in one line', () => {
    const before = `${head}ingress: [{hostname: a.bestviable.com, service: "http://a:1"}, {service: "http_status:404"}]\n`;
    expect(unspliced(spliced(before))).toBe(before);
  });

  test.each([
    ['no ingress', head],
    ['no ingress, CRLF', head.replaceAll('\n', '\r\n')],
    ['settings behind', `${head}loglevel: info\n`],
  ])('with the catch-all that was inserted with it: %s', (_, before) => {
    const config = readTunnelConfig(spliced(before));
    if ('faults' in config) throw new Error(config.faults[0]?.what);
    expect(unsplicedConfig(config, { type: 'route', ...route, alone: true })).toBe(before);
  });

  test('but the catch-all stays if another user inserted more rules before it', () => {
    const more = '  - hostname: a.bestviable.com\n    service: http://a:1\n';
    const config = readTunnelConfig(`${head}ingress:\n${ours}${more}  - service: http_status:404\n`);
    if ('faults' in config) throw new Error(config.faults[0]?.what);
    expect(unsplicedConfig(config, { type: 'route', ...route, alone: true })).toBe(
      `${head}ingress:\n${more}  - service: http_status:404\n`,
    );
  });

  test('but stays if another user added something to it', () => {
    const more = `${ours}    originRequest:\n      noTLSVerify: true\n`;
    expect(unspliced(`${head}ingress:\n${more}  - service: http_status:404\n`)).toBeNull();
  });
});

describe('a route to another service', () => {
  test('is restored by a rollback, unless another user gave it a third service', () => {
    const rules = (service: string) =>
      `${head}ingress:\n  - hostname: ERP-DB.bestviable.com # ours\n    service: ${service} # old\n  - service: http_status:404\n`;
    const before = rules('http://elsewhere:8080');
    expect(unspliced(spliced(before), 'http://elsewhere:8080')).toBe(before);
    expect(unspliced(rules('http://third:80'), 'http://elsewhere:8080')).toBeNull();
  });

  test('gets only its service replaced', () => {
    const rules = (service: string) =>
      `${head}ingress:\n  - hostname: ERP-DB.bestviable.com # ours\n    service: ${service} # old\n    originRequest:\n      noTLSVerify: true\n  - service: http_status:404\n`;
    expect(spliced(rules('http://elsewhere:8080'))).toBe(rules('http://traefik:80'));
    expect(spliced(rules('"http://elsewhere:8080"'))).toBe(rules('http://traefik:80'));
  });

  test('by a wildcard gets the new rule before it', () => {
    const rules = (more: string) =>
      `${head}ingress:\n${more}  - hostname: "*.bestviable.com"\n    service: http://elsewhere:1\n  - service: http_status:404\n`;
    expect(spliced(rules(''))).toBe(rules(ours));
  });
});

describe('an existing route is recognized', () => {
  test.each([
    ['by its name', '  - hostname: erp-db.bestviable.com\n    service: http://traefik:80\n'],
    ['without the port', '  - hostname: erp-db.bestviable.com\n    service: http://traefik\n'],
    ['by a wildcard', '  - hostname: "*.bestviable.com"\n    service: http://traefik:80\n'],
  ])('%s', (_, rule) => {
    expect(spliced(`${head}ingress:\n${rule}  - service: http_status:404\n`)).toBe('there');
  });

  test('by the catch-all', () => {
    expect(spliced(`${head}ingress:\n  - service: http://traefik:80\n`)).toBe('there');
  });
});

describe('a file that cannot be edited is reported with its line', () => {
  test.each([
    ['tabs', `${head}ingress:\n\t- service: http_status:404\n`, /^line 4: a tab/],
    [
      'a key twice',
      `${head}tunnel: other\ningress:\n  - service: http_status:404\n`,
      /^line 3: a duplicate key/,
    ],
    [
      'ingress twice',
      `${head}ingress:\n  - service: http_status:404\ningress: []\n`,
      /^line 5: a duplicate key/,
    ],
    [
      'a catch-all in the wrong place',
      `${head}ingress:\n  - service: http_status:404\n  - hostname: a.b.com\n    service: http://a:1\n`,
      /^line 4: rule 1: it matches every request/,
    ],
    [
      'no catch-all',
      `${head}ingress:\n  - hostname: a.b.com\n    service: http://a:1\n`,
      /^line 4: rule 1: it is the last one/,
    ],
    [
      'a service with a path',
      `${head}ingress:\n  - hostname: a.b.com\n    service: http://a:1/api\n  - service: http_status:404\n`,
      /^line 4: rule 1: http:\/\/a:1\/api has a path/,
    ],
    [
      'a name with a port',
      `${head}ingress:\n  - hostname: a.b.com:80\n    service: http://a:1\n  - service: http_status:404\n`,
      /^line 4: rule 1: a\.b\.com:80 has a port/,
    ],
    [
      'a star in the middle',
      `${head}ingress:\n  - hostname: a.*.com\n    service: http://a:1\n  - service: http_status:404\n`,
      /has a wildcard/,
    ],
    [
      'no service',
      `${head}ingress:\n  - hostname: a.b.com\n  - service: http_status:404\n`,
      /rule 1: it has no service/,
    ],
    [
      'an alias for all rules',
      `${head}x: &r\n  - service: http_status:404\ningress: *r\n`,
      /^line 5: ingress is an alias/,
    ],
    ['a list', '- a\n', /not a mapping/],
    ['nothing', '', /empty/],
    ['no YAML', `${head}ingress: [\n`, /^line \d+: /],
    ['an alias of nothing', `${head}ingress:\n  - service: *nothing\n`, /nothing/],
    ['an ingress that is text', `${head}ingress: all\n`, /ingress/],
  ])('%s', (_, text, fault) => {
    expect(spliced(text)).toMatch(fault);
  });
});
