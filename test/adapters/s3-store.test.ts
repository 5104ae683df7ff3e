import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { s3Store } from '../../src/adapters/s3-store.ts';
import { ProblemError } from '../../src/domain/problem.ts';
import { Secret } from '../../src/domain/secret.ts';
import { startS3 } from '../doubles/support/s3.ts';
import { freePort } from '../testbed/free-port.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
beforeEach(async () => {
  s3 = await startS3('key-id', 'key-secret');
});
afterEach(() => s3.stop());

const never = new AbortController().signal;
const storeWith = (secret = 'key-secret', endpoint = s3.endpoint) =>
  s3Store({ endpoint, region: 'eu-1', prefix: 'production/' }, { id: 'key-id', secret: new Secret(secret) });

async function* chunksOf(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'no refusal',
    (error: unknown) => (error instanceof ProblemError ? error.problems[0] : error),
  );

test('stores a small and a large file unchanged under the prefix, and lists every page', async () => {
  const store = storeWith();
  const large = randomBytes(20_000_001);
  await store.write('large.dump', chunksOf(large, 3_000_000), never);
  for (const name of ['a', 'b', 'c', 'd', 'empty'])
    await store.write(name, chunksOf(Buffer.from(name === 'empty' ? '' : name), 10), never);
  s3.objects.set('other/x', Buffer.from('x'));
  expect(await store.list(never)).toEqual(['a', 'b', 'c', 'd', 'empty', 'large.dump']);
  expect((await textOf(store.read('large.dump', never))).equals(large)).toBe(true);
  expect(s3.requests.filter((one) => one.includes('partNumber'))).toHaveLength(3);
  await store.remove('a', never);
  await store.remove('a', never);
  expect(await store.list(never)).toEqual(['b', 'c', 'd', 'empty', 'large.dump']);
  expect(s3.objects.has('production/b')).toBe(true);
});

test('leaves nothing behind if an upload fails in the middle', async () => {
  async function* broken() {
    yield randomBytes(9_000_000);
    yield randomBytes(9_000_000);
    throw new Error('cut');
  }
  await expect(storeWith().write('x.dump', broken(), never)).rejects.toThrow('cut');
  expect([s3.objects.size, s3.uploads.size]).toEqual([0, 0]);
});

test('reports a wrong key, a missing bucket and a server that does not answer, without the key', async () => {
  const stored = storeWith().write('x', chunksOf(Buffer.from('x'), 1), never);
  await stored;
  const wrong = storeWith('wrong-secret');
  for (const work of [wrong.list(never), wrong.write('x', chunksOf(Buffer.from('y'), 1), never)]) {
    expect(await refusal(work)).toMatchObject({
      code: 'ERP-0866',
      why: expect.stringContaining('SignatureDoesNotMatch'),
    });
  }
  const elsewhere = storeWith('key-secret', s3.endpoint.replace(/bucket$/, 'missing'));
  expect(await refusal(elsewhere.list(never))).toMatchObject({ why: 'there is no such bucket.' });
  const port = await freePort();
  const gone = storeWith('key-secret', `http://127.0.0.1:${port}/bucket`);
  const problem = await refusal(gone.list(never));
  expect(problem).toMatchObject({
    code: 'ERP-0866',
    why: expect.stringContaining(`ECONNREFUSED 127.0.0.1:${port}`),
  });
  expect(JSON.stringify(problem)).not.toContain('key-secret');
});

test('reports an answer that a regular expression would need minutes for, an untrusted certificate, and a truncated answer', async () => {
  const head = (type: string, length: number) =>
    `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`;
  const serve = async (text: string) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => socket.end(text));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  };
  // If the listing is well-formed, these elements are read; malformed, they once took quadratic time.
  const open = '<a>'.repeat(100_000);
  const port = await serve(`${head('application/xml', open.length)}${open}`);
  const before = process.cpuUsage();
  const quadratic = await refusal(storeWith('key-secret', `http://127.0.0.1:${port}/bucket`).list(never));
  expect(quadratic).toMatchObject({ code: 'ERP-0866', why: 'Unexpected listObjects response shape.' });
  expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  const plain = await serve(head('text/plain', 9));
  const secure = storeWith('key-secret', `https://127.0.0.1:${plain}/bucket`);
  expect(await refusal(secure.list(never))).toMatchObject({ code: 'ERP-0866' });
  const cut = storeWith('key-secret', `http://127.0.0.1:${plain}/bucket`);
  expect(await refusal(textOf(cut.read('x', never)))).toMatchObject({ code: 'ERP-0866' });
});
