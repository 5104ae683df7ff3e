/** Milliseconds that a check may take to end by itself after a signal. */
const checkGrace = 700;

/**
 * Waits for an answer; after a signal, only for the grace period, so that a server that never answers does not make a
 * second signal necessary. Only for requests that change nothing, since a late answer is ignored.
 * @param grace milliseconds after the signal, in which `mayEnd` is true
 * @throws the reason of the signal if the answer did not arrive
 */
export async function untilStopped<Answer>(
  signal: AbortSignal,
  asked: Promise<Answer>,
  grace: number = checkGrace,
  mayEnd: () => boolean = () => true,
): Promise<Answer> {
  // The abandoned request may still fail.
  asked.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const ended = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const interval = grace / 6;
    const wait = (idle: number) => {
      if (idle >= grace) return reject(signal.reason);
      // While `mayEnd` is false, the grace period starts over.
      timer = setTimeout(() => wait(mayEnd() ? idle + interval : 0), interval);
    };
    if (signal.aborted) wait(0);
    else signal.addEventListener('abort', () => wait(0), { once: true, signal: ended.signal });
  });
  try {
    return await Promise.race([asked, stopped]);
  } finally {
    ended.abort();
    clearTimeout(timer);
  }
}
