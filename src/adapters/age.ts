import { Decrypter, Encrypter } from 'age-encryption';
import type { Decryption, Encryption } from '../domain/ports/backup-store.ts';
import { exitCodes, ProblemError } from '../domain/problem.ts';

/** Bytes within which the decrypted text begins: a stanza of the header for each key, and a chunk of 64 KiB. */
const mostBeforeText = 4_000_000;

/** Encrypts to a public key of age (age-encryption.org/v1). @param recipient such as `age1…` */
export function ageEncryption(recipient: string): Encryption {
  return {
    recipient,
    encrypt: async function* (chunks) {
      const encrypter = new Encrypter();
      encrypter.addRecipient(recipient);
      yield* await encrypter.encrypt(ReadableStream.from(chunks));
    },
  };
}

/** Decrypts with the private keys of an identity file, as age-keygen writes it. */
export function ageDecryption(identities: string, file: string): Decryption {
  const keys = identities.split('\n').filter((line) => line.startsWith('AGE-SECRET-KEY-'));
  return async function* (chunks) {
    const source = new Source(chunks);
    try {
      const decrypter = new Decrypter();
      for (const key of keys) decrypter.addIdentity(key.trim());
      for await (const chunk of await decrypter.decrypt(ReadableStream.from(source.chunks()))) {
        source.hasHeader = true;
        yield chunk;
      }
    } catch (error) {
      if (source.failure !== null) throw source.failure.error;
      if (!(error instanceof Error)) throw error;
      throw new ProblemError(
        {
          code: 'ERP-0869',
          what: `The backup cannot be decrypted with ${file}.`,
          why: `${error.message}.`,
          todo: [{ text: 'Name the identity file of the public key in backup.encrypt-to with --identity.' }],
          exit: exitCodes.prerequisite,
        },
        { cause: error },
      );
    }
  };
}

/** The encrypted file. */
class Source {
  readonly #chunks: AsyncIterable<Uint8Array>;
  /** An error in reading the file, as opposed to decrypting it. */
  failure: { readonly error: unknown } | null = null;
  hasHeader = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** @throws Error if the header does not end, because the library keeps all of it in memory */
  async *chunks(): AsyncGenerator<Uint8Array, void> {
    const source = this.#chunks[Symbol.asyncIterator]();
    let size = 0;
    try {
      for (;;) {
        const { done, value } = await this.#next(source);
        if (done === true) return;
        size += value.length;
        if (!this.hasHeader && size > mostBeforeText) throw new Error('its header does not end');
        yield value;
      }
    } finally {
      await source.return?.();
    }
  }

  async #next(source: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    try {
      return await source.next();
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}
