const redacted = '<redacted>';

/**
 * A secret from the file it is read from to the socket it is written to. Whatever prints it
 * (string, JSON, `console.log`, an error's cause) prints `<redacted>`; only `reveal` gives it out.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself; call it where it is written to its socket or file, and nowhere else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  /** What `node:util` inspect calls; by its registered name, so that the domain imports nothing. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return redacted;
  }
}

/**
 * A new secret, in base64url: no character of it means anything to a shell, a URL or a `.env` reader.
 * @param randomBytes a cryptographic source, such as that of `node:crypto`
 * @param bytes of randomness; 32 give 43 characters
 */
export function generateSecret(randomBytes: (count: number) => Uint8Array, bytes = 32): Secret {
  return new Secret(Buffer.from(randomBytes(bytes)).toString('base64url'));
}
