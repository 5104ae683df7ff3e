import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { bodyOf } from '../parts/body.ts';
import type { FromEdge, ToEdge } from '../parts/wire.ts';
import { matchingRule, type Rule } from './ingress.ts';
import type { Tunnel } from './tunnel.ts';

type Asked = Extract<FromEdge, { type: 'request' }>;
type Answer = Extract<ToEdge, { type: 'response' }>;

const unreachable =
  'Unable to reach the origin service. The service may be down or it may not be responding to traffic from cloudflared';

/**
 * Forwards a request to the service of the matching rule. Answers 502 if it cannot be reached, and 503 without rules.
 */
export async function answerFor({ rules, log }: Tunnel, asked: Asked, index: number): Promise<Answer> {
  const [path = '/'] = asked.path.split('?');
  const at = matchingRule(rules, [asked.headers.host ?? ''].flat().join(), path);
  const rule = rules[at];
  if (rule === undefined) return empty(asked.id, 503);
  const status = /^http_status:(\d+)$/.exec(rule.service)?.[1];
  if (status !== undefined) return empty(asked.id, Number(status));
  if (/^hello[-_]?world$/.test(rule.service))
    return { ...empty(asked.id, 200), body: base64('Congrats! You created a tunnel!') };
  try {
    // In bastion mode, the client names the destination in a header.
    if (rule.originRequest.bastionMode === true) throw new Error('no destination was named');
    const answer = await ask(rule, asked);
    const headers = Object.fromEntries(
      Object.entries(answer.headersDistinct).flatMap(([name, value]) =>
        value === undefined || /^(connection|keep-alive|transfer-encoding)$/.test(name)
          ? []
          : [[name, value]],
      ),
    );
    return {
      type: 'response',
      id: asked.id,
      status: answer.statusCode ?? 502,
      headers,
      body: base64(await bodyOf(answer)),
    };
  } catch (error) {
    const why = `${unreachable}: ${error instanceof Error ? error.message : String(error)}`;
    log('error', '', {
      error: why,
      connIndex: index,
      event: 1,
      ingressRule: at,
      originService: rule.service,
    });
    return empty(asked.id, 502);
  }
}

function ask(
  { service, originRequest }: Rule,
  { method, path, headers, body }: Asked,
): Promise<IncomingMessage> {
  if (!/^https?:/.test(service)) throw new Error(`the double of cloudflared sends no requests to ${service}`);
  const { hostname, port, protocol } = new URL(service);
  const request = protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const onward = request(
      {
        host: hostname,
        port,
        path,
        method,
        headers: { ...headers, ...(originRequest.httpHostHeader && { host: originRequest.httpHostHeader }) },
        rejectUnauthorized: originRequest.noTLSVerify !== true,
        signal: AbortSignal.timeout(30_000),
      },
      resolve,
    );
    onward.on('error', reject);
    onward.end(Buffer.from(body, 'base64'));
  });
}

const empty = (id: number, status: number): Answer => ({
  type: 'response',
  id,
  status,
  headers: {},
  body: '',
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
