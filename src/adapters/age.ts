import { Decrypter, Encrypter } from 'age-encryption';
import type { Decryption, Encryption } from '../domain/ports/backup-store.ts';
import { exitCodes, ProblemError } from '../domain/problem.ts';

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
    try {
      const decrypter = new Decrypter();
      for (const key of keys) decrypter.addIdentity(key.trim());
      yield* await decrypter.decrypt(ReadableStream.from(chunks));
    } catch (error) {
      if (error instanceof ProblemError || !(error instanceof Error)) throw error;
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
