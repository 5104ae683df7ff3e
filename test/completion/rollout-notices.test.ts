import { expect, test } from 'vitest';
import { httpClient } from '../../src/adapters/http.ts';
import { RolloutNotices } from '../../src/completion/rollout-notices.ts';
import type { RolloutEvent } from '../../src/domain/events.ts';
import type { PhaseName } from '../../src/domain/phase.ts';
import type { Http } from '../../src/domain/ports/http.ts';
import { Secret } from '../../src/domain/secret.ts';
import { startWebhook } from '../support/program/webhook.ts';

const base = { v: 2, at: '2026-11-30T12:00:00.000Z' } as const;
const subject = { project: 'demo', production: 'droplet', by: 'ada@desk', commit: 'abc123', resumes: false };

const change = (phase: PhaseName, index = 1): RolloutEvent => ({
  ...base,
  type: 'change.started',
  phase,
  step: '3.3',
  index,
  of: 2,
  summary: 'apply',
});

const problem = (phase: PhaseName): RolloutEvent => ({
  ...base,
  type: 'problem',
  phase,
  step: '3.3',
  problem: {
    code: 'ERP-0510',
    what: 'A statement failed.',
    why: '',
    todo: [],
    exit: 4,
    excerpt: ['secret row'],
  },
});

async function noticesAt(url: string, http: Http = httpClient(), more: Partial<typeof subject> = {}) {
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  return { notices: new RolloutNotices(http, new Secret(url), { ...subject, ...more }, warn), warnings };
}

async function textsOf(
  events: readonly RolloutEvent[],
  exit: 0 | 4 | 130,
  more: Partial<typeof subject> = {},
) {
  const webhook = await startWebhook(200);
  const { notices, warnings } = await noticesAt(webhook.url, undefined, more);
  for (const event of events) notices.observe(event);
  await notices.ended(exit);
  expect(warnings).toEqual([]);
  return webhook.messages.map((message) => JSON.parse(message).text);
}

test('posts a message at the first change of production and one at the end, in this order', async () => {
  expect(await textsOf([change('local-test'), change('production'), change('production', 2)], 0)).toEqual([
    'demo: the rollout to droplet started (ada@desk, commit abc123)',
    'demo: the rollout to droplet succeeded (ada@desk, commit abc123)',
  ]);
});

test('names the problem that ended the rollout, without its excerpt', async () => {
  const texts = await textsOf([change('production'), problem('production')], 4);
  expect(texts).toEqual([
    expect.stringContaining(' started '),
    'demo: the rollout to droplet failed in step 3.3 (exit 4): ERP-0510 A statement failed. (ada@desk, commit abc123)',
  ]);
  expect(texts.join()).not.toContain('secret row');
});

test('says that a rollout was resumed, and that it was stopped', async () => {
  expect(await textsOf([change('cloudflare')], 130, { resumes: true })).toEqual([
    expect.stringContaining(' was resumed '),
    expect.stringContaining(' was stopped (exit 130) '),
  ]);
});

test('posts nothing about a rollout that changes nothing in production, unless it ends with a problem there', async () => {
  expect(await textsOf([change('local-test'), problem('local-test')], 4)).toEqual([]);
  expect(await textsOf([problem('production')], 4)).toEqual([
    expect.stringContaining(' failed in step 3.3 '),
  ]);
});

test.each([
  ['https://hooks.slack.com/services/a', { text: expect.stringContaining('droplet started') }],
  ['https://discord.com/api/webhooks/1', { content: expect.stringContaining('droplet started') }],
  ['https://x.webhook.office.com/a', { type: 'message', attachments: [expect.anything()] }],
  ['https://example.com/hook', { text: expect.anything(), content: expect.anything() }],
])('has the format of the service at %s', async (url, expected) => {
  const bodies: string[] = [];
  const http: Http = {
    request: async (_method, _url, body) => {
      bodies.push(body ?? '');
      return { status: 200, etag: null, body: '' };
    },
  };
  const { notices } = await noticesAt(url, http);
  notices.observe(change('production'));
  await notices.ended(0);
  expect(JSON.parse(bodies[0] ?? '')).toMatchObject(expected);
});

test.each([404, 'none'] as const)('warns if the webhook answers %s, without its address', async (answer) => {
  const webhook = await startWebhook(answer);
  const { notices, warnings } = await noticesAt(webhook.url);
  notices.observe(change('production'));
  await notices.ended(0);
  expect(warnings).toHaveLength(2);
  expect(warnings.join()).toMatch(/refused by the webhook \(status 404\)|could not be sent \(/);
  expect(warnings.join()).not.toContain(webhook.secret);
});
