/** Milliseconds that a check may take to end by itself after a signal. */
const checkGrace = 700;

/**
 * Waits for an answer, but after a signal only a while longer: a server that never answers must not need a second signal.
 * Only for what changes nothing, since it is abandoned.
 * @param grace milliseconds after the signal
 * @throws the reason of the signal if the answer did not arrive
 */
export async function untilStopped<Answer>(
  signal: AbortSignal,
  asked: Promise<Answer>,
  grace: number = checkGrace,
  mayEnd: () => boolean = () => true,
): Promise<Answer> {
  // Abandoned, it may still fail.
  asked.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const ended = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const giveUp = () => {
      timer = setTimeout(() => (mayEnd() ? reject(signal.reason) : giveUp()), grace);
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true, signal: ended.signal });
  });
  try {
    return await Promise.race([asked, stopped]);
  } finally {
    ended.abort();
    clearTimeout(timer);
  }
}
