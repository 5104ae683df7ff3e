import { createHmac } from 'node:crypto';

/** An HS256 token of these claims; `header` and `key` to make one that is wrong. */
export function tokenOf(
  key: string,
  claims: unknown,
  header: unknown = { alg: 'HS256', typ: 'JWT' },
): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
