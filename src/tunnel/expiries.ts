import * as z from 'zod';
import type { Alarm } from '../domain/alarm.ts';
import { ApiRefusal, type CloudflareApi } from '../domain/ports/cloudflare.ts';
import { type CertificateEnd, NetworkFault } from '../domain/ports/http.ts';
import { exitCodes } from '../domain/problem.ts';

/** Milliseconds before the end of a certificate or a token at which it is reported: 14 days. */
const notice = 14 * 86_400_000;

const exit = exitCodes.prerequisite;

/**
 * Returns an alarm if the certificate of a public host is invalid or ends soon, or if it cannot be checked.
 * @param now milliseconds since 1970
 */
export async function certificateAlarms(
  host: string,
  connectTo: string | null,
  endOf: CertificateEnd,
  now: number,
  signal: AbortSignal,
): Promise<readonly Alarm[]> {
  try {
    const end = await endOf(host, connectTo, signal);
    if (Date.parse(end) - now > notice) return [];
    return [{ key: 'certificate', text: `the certificate of ${host} ends on ${end}`, exit }];
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    const text = `the certificate of ${host} is invalid or could not be checked (${error.code})`;
    return [{ key: `certificate ${error.code}`, text, exit }];
  }
}

/** https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify */
const tokenSchema = z.looseObject({ status: z.string(), expires_on: z.string().optional() });

/** Returns an alarm if the token for Cloudflare's API is not active or ends soon, or if that cannot be checked. */
export async function tokenAlarms(
  api: CloudflareApi,
  now: number,
  signal: AbortSignal,
): Promise<readonly Alarm[]> {
  const name = "the token for Cloudflare's API";
  try {
    const answer = tokenSchema.parse(await api.call('GET', '/user/tokens/verify', null, signal));
    if (answer.status !== 'active') return [{ key: 'token', text: `${name} is ${answer.status}`, exit }];
    const { expires_on: end } = answer;
    if (end === undefined || Date.parse(end) - now > notice) return [];
    return [{ key: 'token', text: `${name} ends on ${end}`, exit }];
  } catch (error) {
    // A token of an account, not of a user, is refused here although it works. If it does not, the check of 3.6 says so.
    if (error instanceof ApiRefusal && [401, 403, 404].includes(error.status)) return [];
    const reason =
      error instanceof NetworkFault
        ? error.code
        : error instanceof ApiRefusal
          ? `status ${error.status}`
          : null;
    if (reason === null) throw error;
    return [{ key: `token ${reason}`, text: `${name} could not be checked (${reason})`, exit }];
  }
}
