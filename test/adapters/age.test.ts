import { generateIdentity, identityToRecipient } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { ageDecryption, ageEncryption } from '../../src/adapters/age.ts';
import { FileFault } from '../../src/domain/ports/files.ts';
import { ProblemError } from '../../src/domain/problem.ts';

const identity = await generateIdentity();
const decrypt = ageDecryption(`# created\n${identity}\n`, 'key.txt');

async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const encrypted = async (bytes: Uint8Array) =>
  bytesOf(ageEncryption(await identityToRecipient(identity)).encrypt(inChunks(bytes)));

const failure = (chunks: AsyncIterable<Uint8Array>) =>
  bytesOf(chunks).then(
    () => null,
    (error: unknown) => (error instanceof ProblemError ? error.problems[0].code : error),
  );

it('decrypts a text that is larger than the limit for headers', async () => {
  const bytes = Buffer.alloc(6_000_000, 'row');
  expect((await bytesOf(decrypt(inChunks(await encrypted(bytes))))).equals(bytes)).toBe(true);
});

describe('reports a file that is not encrypted with age, or was changed', () => {
  const begin = 'age-encryption.org/v1\n-> ';
  const changed = async () => {
    const bytes = await encrypted(Buffer.alloc(200_000, 'row'));
    bytes[bytes.length - 9] = (bytes.at(-9) ?? 0) ^ 1;
    return bytes;
  };
  it.each([
    ['nothing', async () => Buffer.alloc(0)],
    ['garbage', async () => Buffer.alloc(1_000, '\xff\x1b[2J')],
    ['a header cut off', async () => Buffer.from(begin)],
    ['stanzas of no form', async () => Buffer.from(`${begin}X25519 ?\n\x00\n--- !\n`)],
    ['a copy cut off', async () => (await encrypted(Buffer.alloc(200_000, 'row'))).subarray(0, 150_000)],
    ['another byte', changed],
  ])('%s', async (_, bytes) => {
    expect(await failure(decrypt(inChunks(await bytes())))).toBe('ERP-0869');
  });

  it('reports a header without an end after reading only a little of it', async () => {
    let read = 0;
    async function* endless() {
      yield Buffer.from(begin);
      // Far beyond the limit, yet small enough that this test does not hang without it.
      for (; read < 300_000_000; read += 65_536) yield Buffer.alloc(65_536, 'a');
    }
    expect(await failure(decrypt(endless()))).toBe('ERP-0869');
    expect(read).toBeLessThan(10_000_000);
  });
});

it('passes on an error of the source stream', async () => {
  const lost = new FileFault('read', 'backup.dump.age', 'EIO');
  async function* failing() {
    yield (await encrypted(Buffer.alloc(9_000, 'row'))).subarray(0, 500);
    throw lost;
  }
  expect(await failure(decrypt(failing()))).toBe(lost);
});
