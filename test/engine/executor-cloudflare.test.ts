import { describe, expect, it } from 'vitest';
import type { RequestChange } from '../../src/domain/change.ts';
import { ApiRefusal, type CloudflareApi } from '../../src/domain/ports/cloudflare.ts';
import { applyChange } from '../../src/engine/executor.ts';
import { bench } from '../support/report/bench.ts';
import { requestOf } from '../support/workspace/changes.ts';

const { signal } = new AbortController();
const path = '/accounts/a/cfd_tunnel/t/configurations';
const put: RequestChange = {
  ...requestOf(path, { body: '{"config":{}}', before: { url: path, version: 3 } }),
  api: 'cloudflare',
  overwritten: { argv: ['docker', 'logs'] },
};

/** A document of this version. A write increases the version by one, plus the number of writes of others meanwhile. */
async function versioned({
  version = 3,
  others = 0,
  refusal,
}: {
  version?: number;
  others?: number;
  refusal?: ApiRefusal;
} = {}) {
  let now = version;
  const asked: string[] = [];
  const cloudflare: CloudflareApi = {
    call: async (method) => {
      asked.push(method);
      if (method === 'PUT' && refusal !== undefined) throw refusal;
      if (method === 'PUT') now += 1 + others;
      return { version: now };
    },
  };
  const run = async () => ({ exitCode: 0, stdout: 'what they wrote\n', stderr: '', notFound: false });
  const { parts, types } = await bench({ cloudflare, processes: { run } });
  return { asked, types, apply: () => applyChange(parts, '3.6', put, signal) };
}

describe('a document with a version', () => {
  it('is read right before and after it is written', async () => {
    const { apply, asked } = await versioned();
    expect(await apply()).toBe('applied');
    expect(asked).toEqual(['GET', 'PUT', 'GET']);
  });

  it('is not written if another user changed it since it was shown', async () => {
    const { apply, asked, types } = await versioned({ version: 4 });
    expect(await apply()).toBe('moved');
    expect(asked).toEqual(['GET']);
    expect(types()).toEqual([]);
  });

  it('shows the overwritten change if another user wrote at the same moment', async () => {
    const { apply } = await versioned({ others: 1 });
    await expect(apply()).rejects.toMatchObject({
      problems: [
        { code: 'ERP-0658', excerpt: ['what they wrote'], why: expect.stringContaining('version 3') },
      ],
    });
  });

  it.each([
    [429, 'ERP-0657'],
    [403, 'ERP-0656'],
  ])('is known not to be written if the API answers %i', async (status, code) => {
    const { apply, types } = await versioned({ refusal: new ApiRefusal(status, [10000], 'no', 90) });
    await expect(apply()).rejects.toMatchObject({ problems: [{ code }] });
    expect(types()).toEqual(['intended', 'refused']);
  });

  it('may have been written if the API fails with 500', async () => {
    const { apply, types } = await versioned({ refusal: new ApiRefusal(500, [], 'oh', null) });
    await expect(apply()).rejects.toThrow('oh');
    expect(types()).toEqual(['intended']);
  });

  it('names the waiting time that Cloudflare requires', async () => {
    const { apply } = await versioned({ refusal: new ApiRefusal(429, [], 'slow down', 90) });
    await expect(apply()).rejects.toMatchObject({
      problems: [{ todo: [{ text: 'Wait 90 s (Retry-After).' }, expect.anything()] }],
    });
  });
});
