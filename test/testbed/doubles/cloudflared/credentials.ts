import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The credentials of a tunnel. */
export interface Credentials {
  readonly account: string;
  readonly tunnel: string;
  readonly secret: string;
}

const tokenSchema = z
  .object({ a: z.string(), t: z.string(), s: z.string() })
  .transform(({ a, t, s }): Credentials => ({ account: a, tunnel: t, secret: s }));

const fileSchema = z
  .object({ AccountTag: z.string(), TunnelSecret: z.string(), TunnelID: z.string().default('') })
  .transform(
    (file): Credentials => ({ account: file.AccountTag, tunnel: file.TunnelID, secret: file.TunnelSecret }),
  );

/** @returns undefined if the text is no token, which is base64 of a JSON object with a, t and s */
export function readToken(token: string): Credentials | undefined {
  return tokenSchema.safeParse(parsed(Buffer.from(token, 'base64').toString('utf8'))).data;
}

/** @throws the error that cloudflared would print if the file does not exist or is invalid */
export function readCredentialsFile(path: string): Credentials {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`Tunnel credentials file '${path}' doesn't exist or is not a file`, { cause: error });
  }
  const credentials = fileSchema.safeParse(parsed(text));
  if (!credentials.success) throw new Error(`invalid JSON when parsing tunnel credentials file`);
  return credentials.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
