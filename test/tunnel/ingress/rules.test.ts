import { describe, expect, test } from 'vitest';
import { routeState } from '../../../src/tunnel/ingress/route.ts';
import { type IngressRule, ingressFaults } from '../../../src/tunnel/ingress/rules.ts';

const rule = (hostname: string, service: string, path = ''): IngressRule => ({ hostname, path, service });
const last = rule('', 'http_status:404');
const route = { hostname: 'erp-db.bestviable.com', service: 'http://traefik:80' };

describe('the rule that matches the name', () => {
  test.each([
    ['none but the last', [rule('a.bestviable.com', 'http://a:1')], { is: 'absent', before: 1 }],
    ['its own', [rule('ERP-DB.bestviable.com', 'http://TRAEFIK')], { is: 'there', rule: 0 }],
    [
      'its own, which leads elsewhere',
      [rule('erp-db.bestviable.com', 'http://old:1')],
      { is: 'elsewhere', rule: 0, service: 'http://old:1' },
    ],
    [
      'a wildcard before its own',
      [rule('*.bestviable.com', 'http://old:1'), rule('erp-db.bestviable.com', 'http://traefik:80')],
      { is: 'covered', before: 0, service: 'http://old:1' },
    ],
    [
      'a path of its own for one schema alone',
      [
        rule('erp-db.bestviable.com', 'http://old:1', '^/agent'),
        rule('erp-db.bestviable.com', 'http://traefik:80'),
      ],
      { is: 'covered', before: 0, service: 'http://old:1' },
    ],
    [
      'a path that takes neither schema is passed by',
      [
        rule('erp-db.bestviable.com', 'http://old:1', '^/metrics$'),
        rule('erp-db.bestviable.com', 'http://traefik:80'),
      ],
      { is: 'there', rule: 1 },
    ],
    [
      'a wildcard does not take the domain above',
      [rule('*.erp-db.bestviable.com', 'http://old:1')],
      { is: 'absent', before: 1 },
    ],
    [
      'a path that only Go reads as without regard to case',
      [rule('erp-db.bestviable.com', 'http://old:1', '(?i)^/ERP/')],
      { is: 'covered', before: 0, service: 'http://old:1' },
    ],
    [
      'a path that only Go reads, and that does not match',
      [rule('erp-db.bestviable.com', 'http://old:1', String.raw`\A(?P<name>x)\z`)],
      { is: 'absent', before: 1 },
    ],
    [
      'a path that cannot be evaluated, before its own rule',
      [
        rule('erp-db.bestviable.com', 'http://old:1', '(?P<n>a)(?P<n>b)'),
        rule('erp-db.bestviable.com', 'http://traefik:80'),
      ],
      {
        is: 'covered',
        before: 0,
        service: 'http://old:1',
        because: 'its path, (?P<n>a)(?P<n>b), cannot be evaluated and may match',
      },
    ],
    [
      'a wildcard in another letter case, which does not match',
      [rule('*.BestViable.com', 'http://old:1')],
      { is: 'absent', before: 1 },
    ],
    [
      'its own, in bastion mode',
      [{ ...rule('erp-db.bestviable.com', 'http://traefik:80'), origin: { bastionMode: true } }],
      {
        is: 'covered',
        before: 0,
        service: 'http://traefik:80',
        because: 'bastionMode is on, so the client names the destination',
      },
    ],
    [
      'its own, elsewhere and with another Host header, so that its service cannot be replaced',
      [{ ...rule('erp-db.bestviable.com', 'http://old:1'), origin: { httpHostHeader: 'app.internal' } }],
      { is: 'covered', before: 0, service: 'http://old:1' },
    ],
    [
      'another service of the same host',
      [rule('erp-db.bestviable.com', 'http://traefik:8080')],
      { is: 'elsewhere', rule: 0, service: 'http://traefik:8080' },
    ],
  ] as const)('%s', (_, rules, state) => {
    expect(routeState([...rules, last], route, ['/erp/people', '/agent/sessions'])).toEqual(state);
  });
});

describe('reports rules that cloudflared would refuse', () => {
  test.each([
    ['no rule', [], 'there are no rules'],
    ['a last rule with a name', [rule('a.b.com', 'http://a:1')], 'it is the last one'],
    ['an early catch-all by a star', [rule('*', 'http://a:1'), last], 'it matches every request'],
    ['no scheme', [rule('a.b.com', 'localhost:80'), last], 'has no scheme'],
    ['a status that is none', [rule('a.b.com', 'http_status:abc'), last], 'is not an HTTP status'],
  ] as const)('%s', (_, rules, what) => {
    expect(ingressFaults(rules)[0]?.what).toContain(what);
  });

  test.each([
    'http://a:1',
    'https://a',
    'ssh://a:22',
    'tcp://a:5432',
    'rdp://a:3389',
    'unix:/run/a.sock',
    'unix+tls:/run/a.sock',
    'hello_world',
    'bastion',
    'socks-proxy',
    'http_status:503',
  ])('%s is a valid service', (service) => {
    expect(ingressFaults([rule('a.b.com', service), last])).toEqual([]);
  });
});
