import { expect, test } from 'vitest';
import { payloadFor } from '../../src/completion/message.ts';

const payload = (host: string): unknown => JSON.parse(payloadFor(host, 'One.\nTwo.'));

test.each(['hooks.slack.com', 'slack.com'])('%s gets the text as Slack takes it', (host) => {
  expect(payload(host)).toEqual({ text: 'One.\nTwo.' });
});

test.each(['discord.com', 'ptb.discordapp.com'])(
  '%s gets it as Discord does, and no user is pinged',
  (host) => {
    expect(payload(host)).toEqual({ content: 'One.\nTwo.', allowed_mentions: { parse: [] } });
  },
);

test.each(['x.webhook.office.com', 'prod-1.westeurope.logic.azure.com'])(
  '%s gets a card of Teams',
  (host) => {
    expect(payload(host)).toMatchObject({
      type: 'message',
      attachments: [{ content: { body: [{ text: 'One.' }, { text: 'Two.' }] } }],
    });
  },
);

test.each(['example.org', 'notslack.com', 'slack.com.example.org'])('%s gets both usual names', (host) => {
  expect(payload(host)).toEqual({ text: 'One.\nTwo.', content: 'One.\nTwo.' });
});
