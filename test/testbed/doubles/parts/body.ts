import type { IncomingMessage } from 'node:http';

/** Returns the whole body of a request or an answer as text. */
export async function bodyOf(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
