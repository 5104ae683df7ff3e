import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { cloudflareApi } from '../../src/adapters/cloudflare.ts';
import { httpClient } from '../../src/adapters/http.ts';
import { ApiRefusal } from '../../src/domain/ports/cloudflare.ts';
import { NetworkFault } from '../../src/domain/ports/http.ts';
import { Secret } from '../../src/domain/secret.ts';
import { problemsOf } from '../../src/engine/faults.ts';
import { httpPeers, listening } from './hostile-http.ts';

const names = Object.keys(httpPeers);
const stopped = new Error('stopped');

/** Sends a request and aborts it after a while; returns the error, and the milliseconds between signal and error. */
async function asked(ask: (signal: AbortSignal) => Promise<unknown>) {
  const stop = new AbortController();
  let at = Number.POSITIVE_INFINITY;
  void pause(600).then(() => {
    at = performance.now();
    stop.abort(stopped);
  });
  const error = await ask(stop.signal).then(
    () => null,
    (reason: unknown) => reason,
  );
  return { error, late: performance.now() - at };
}

it.each(names)(
  'a webhook that answers with %s results in a problem or an answer, and does not fill the memory',
  async (name) => {
    const url = await listening(httpPeers[name] ?? (() => undefined));
    const before = process.memoryUsage().rss;
    const { error, late } = await asked((signal) => httpClient().request('POST', url, '{}', signal));
    if (error !== null && error !== stopped) expect(error).toBeInstanceOf(NetworkFault);
    expect(late).toBeLessThan(1_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  },
);

it.each(names)(
  'a Cloudflare API that answers with %s results in a problem, and does not fill the memory',
  async (name) => {
    const url = await listening(httpPeers[name] ?? (() => undefined));
    const before = process.env.CLOUDFLARE_BASE_URL;
    process.env.CLOUDFLARE_BASE_URL = url;
    onTestFinished(() => {
      if (before === undefined) delete process.env.CLOUDFLARE_BASE_URL;
      else process.env.CLOUDFLARE_BASE_URL = before;
    });
    const rss = process.memoryUsage().rss;
    const api = cloudflareApi(new Secret('a-token-of-cloudflare'));
    const { error, late } = await asked((signal) => api.call('GET', '/zones', null, signal));
    if (error !== null && error !== stopped) {
      expect(problemsOf(error)[0].exit).not.toBe(1);
      if (error instanceof ApiRefusal) expect(error.status).toBeGreaterThan(0);
    }
    expect(late).toBeLessThan(1_000);
    expect(process.memoryUsage().rss - rss).toBeLessThan(300_000_000);
  },
);
