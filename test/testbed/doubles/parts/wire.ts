import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const headers = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const flow = [
  /** Bytes of an opened stream, in base64. */
  z.object({ type: z.literal('data'), id: z.number(), data: z.string() }),
  z.object({ type: z.literal('end'), id: z.number() }),
] as const;

/**
 * What the double of cloudflared says to the double of Cloudflare's edge: a line of JSON each. The real
 * one speaks QUIC or HTTP/2 with Cap'n Proto, which nothing of ours looks at. Bodies are base64.
 */
export const toEdgeSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('register'),
    tunnel: z.string(),
    account: z.string(),
    secret: z.string(),
    connector: z.string(),
    version: z.string(),
  }),
  z.object({ type: z.literal('response'), id: z.number(), status: z.number(), headers, body: z.string() }),
  ...flow,
]);
export type ToEdge = z.infer<typeof toEdgeSchema>;

/** What the edge says to cloudflared. */
export const fromEdgeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('registered'), connection: z.string(), location: z.string() }),
  z.object({ type: z.literal('refused'), error: z.string() }),
  /** Of a tunnel that is configured at Cloudflare: when it registers, and whenever it is changed. */
  z.object({ type: z.literal('configuration'), version: z.number(), config: z.unknown() }),
  z.object({
    type: z.literal('request'),
    id: z.number(),
    method: z.string(),
    path: z.string(),
    headers,
    body: z.string(),
  }),
  /** A TCP connection for this host name, as `cloudflared access tcp` makes one. */
  z.object({ type: z.literal('open'), id: z.number(), host: z.string() }),
  ...flow,
]);
export type FromEdge = z.infer<typeof fromEdgeSchema>;

export function say(socket: Socket, message: ToEdge | FromEdge): void {
  socket.write(`${JSON.stringify(message)}\n`);
}

/** Hands over each message of the other side; a line that is none ends the connection. */
export function hear<Message>(
  socket: Socket,
  schema: z.ZodType<Message>,
  on: (message: Message) => void,
): void {
  const lines = createInterface({ input: socket });
  // It repeats the errors of the socket, which has a listener of its own for them.
  lines.on('error', () => undefined);
  lines.on('line', (line) => {
    const parsed = schema.safeParse(jsonOf(line));
    if (parsed.success) on(parsed.data);
    else socket.destroy();
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
