import { type Http, NetworkFault } from '../domain/ports/http.ts';
import type { Secret } from '../domain/secret.ts';
import { payloadFor } from './message.ts';

/** Milliseconds that sending one notice may take. */
const timeout = 10_000;

/**
 * Posts a text to a webhook, in the format of its service.
 * @returns why it was not accepted, without any part of the address; null if it was
 */
export async function postNotice(http: Http, address: Secret, text: string): Promise<string | null> {
  const url = address.reveal();
  const body = payloadFor(new URL(url).hostname, text);
  try {
    const { status } = await http.request('POST', url, body, AbortSignal.timeout(timeout));
    return status < 300 ? null : `was refused by the webhook (status ${status})`;
  } catch (error) {
    // The error's own message contains the secret address.
    if (error instanceof NetworkFault) return `could not be sent (${error.code})`;
    if (error instanceof DOMException && error.name === 'TimeoutError')
      return 'could not be sent (no response within 10 s)';
    throw error;
  }
}
