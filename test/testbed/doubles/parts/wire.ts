import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const headers = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const flow = [
  /** Bytes of an open stream in base64. */
  z.object({ type: z.literal('data'), id: z.number(), data: z.string() }),
  z.object({ type: z.literal('end'), id: z.number() }),
] as const;

/**
 * Messages from the double of cloudflared to the double of Cloudflare's edge, one line of JSON each. The real programs
 * use QUIC or HTTP/2 with Cap'n Proto, which erp-deploy never reads. Bodies are base64.
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

/** Messages from the edge to cloudflared. */
export const fromEdgeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('registered'), connection: z.string(), location: z.string() }),
  z.object({ type: z.literal('refused'), error: z.string() }),
  /** Configuration of a tunnel that is configured at Cloudflare, sent after its registration and after each change. */
  z.object({ type: z.literal('configuration'), version: z.number(), config: z.unknown() }),
  z.object({
    type: z.literal('request'),
    id: z.number(),
    method: z.string(),
    path: z.string(),
    headers,
    body: z.string(),
  }),
  /** A TCP connection to this host name, like that of `cloudflared access tcp`. */
  z.object({ type: z.literal('open'), id: z.number(), host: z.string() }),
  ...flow,
]);
export type FromEdge = z.infer<typeof fromEdgeSchema>;

export function say(socket: Socket, message: ToEdge | FromEdge): void {
  socket.write(`${JSON.stringify(message)}\n`);
}

/** Passes each message of the other side to a function; an invalid line ends the connection. */
export function hear<Message>(
  socket: Socket,
  schema: z.ZodType<Message>,
  on: (message: Message) => void,
): void {
  const lines = createInterface({ input: socket });
  // readline repeats the errors of the socket, which has its own error listener.
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
