import { boundedText } from './http.ts';
import { plainXml } from './plain-xml.ts';

/** No answer of a service that speaks S3; the message says why. */
export class NoS3Answer extends Error {
  override readonly name = 'NoS3Answer';
}

/** What one listing may take: more than a million objects, and pages without end. */
const most = { pages: 2_000, characters: 128_000_000 } as const;

/**
 * Returns a `fetch` for one operation of s3mini, which reads whole answers, and parses them with an expression that takes
 * quadratic time for XML that is not well-formed. Only the content of an object is passed on as it comes.
 * @throws NoS3Answer in place of an error of the network
 */
export function s3Fetch(signal: AbortSignal): typeof fetch {
  const listed = { pages: 0, characters: 0 };
  return async (input, init) => {
    const answer = await asS3(signal, () => fetch(input, { ...init, signal, redirect: 'error' }));
    const isListing = new URL(input instanceof Request ? input.url : input).searchParams.has('list-type');
    if (answer.body === null || (init?.method === 'GET' && answer.ok && !isListing)) return answer;
    if (answer.status > 599) throw new NoS3Answer(`it answered with status ${answer.status}`);
    const text = await asS3(signal, () => boundedText(answer));
    if (isListing) {
      listed.pages += 1;
      listed.characters += text.length;
      if (listed.pages > most.pages || listed.characters > most.characters)
        throw new NoS3Answer('its listing does not end; give the copies a bucket, or a prefix, of their own');
    }
    const { status, headers } = answer;
    return new Response(plainXml(text) ?? '', { status, headers });
  };
}

/** @throws NoS3Answer in place of an error of the network */
export async function asS3<Answer>(signal: AbortSignal, act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    signal.throwIfAborted();
    // fetch() throws a TypeError, whose cause is the error of the network.
    if (!(error instanceof TypeError)) throw error;
    const { cause } = error;
    // Without a cause, it is about a header, which it quotes: the key is in one of them.
    const why = cause instanceof Error ? cause.message : 'the key contains characters that no key has';
    throw new NoS3Answer(why, { cause: error });
  }
}
