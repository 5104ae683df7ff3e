import { exitCodes, type Problem } from '../domain/problem.ts';
import type { Secret } from '../domain/secret.ts';

/**
 * Returns what is wrong with the address of a webhook; null if it can be used. No part of the address is shown.
 * @param source where the address is set, such as "ERP_DEPLOY_NOTIFY_URL in the environment"
 */
export function webhookProblem(address: Secret, source: string): Problem | null {
  const fault = faultOf(URL.parse(address.reveal()));
  if (fault === null) return null;
  return {
    code: 'ERP-0820',
    what: `The address of the webhook cannot be used: ${fault}.`,
    why: `It is set by ${source}. No part of it is shown, because it is a credential: a program that knows it can post.`,
    todo: [{ text: `Set ${source} to https://HOST/PATH, without a user name and a password, or remove it.` }],
    exit: exitCodes.usage,
  };
}

function faultOf(url: URL | null): string | null {
  if (url === null) return 'it is not a URL';
  if (!/^https?:$/.test(url.protocol)) return 'its scheme is neither https:// nor http://';
  // fetch() refuses these, with an error that quotes the URL.
  return url.username === '' && url.password === '' ? null : 'it contains a user name or a password';
}
