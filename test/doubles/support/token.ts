import { createHmac } from 'node:crypto';

/** Signs an HS256 token with these claims. Another `header` or `key` makes it invalid. */
export function tokenOf(
  key: string,
  claims: unknown,
  header: unknown = { alg: 'HS256', typ: 'JWT' },
): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
