import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** What the webhook does after it received a message. */
type Answer = number | 'none';

/** A webhook for one test, with a secret in its address. */
export interface Webhook {
  readonly url: string;
  /** A part of the address that must stay secret. */
  readonly secret: string;
  /** The received messages. */
  readonly messages: readonly string[];
  answer: Answer;
}

export async function startWebhook(answer: Answer): Promise<Webhook> {
  const messages: string[] = [];
  const server = createServer(async (request, response) => {
    messages.push(await text(request));
    if (webhook.answer === 'none') response.destroy();
    else response.writeHead(webhook.answer).end(`you asked ${webhook.url}`);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the webhook has no port');
  const secret = 'T0PSECRET0token';
  const webhook = { url: `http://127.0.0.1:${address.port}/hooks/${secret}`, secret, messages, answer };
  return webhook;
}
