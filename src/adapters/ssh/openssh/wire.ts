/** Builds and reads the fields of RFC 4251, 5. */

/** A field: a number is a uint32, a boolean a byte, a text or bytes a string with its length. */
export type Field = number | boolean | string | Buffer;

export function fieldsOf(...fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.map(fieldOf));
}

function fieldOf(field: Field): Buffer {
  if (typeof field === 'boolean') return Buffer.from([field ? 1 : 0]);
  if (typeof field === 'number') return uint32(field);
  const bytes = typeof field === 'string' ? Buffer.from(field) : field;
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Reads fields one after another. Each method throws RangeError at the end of the bytes. */
export class Fields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  number(): number {
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }

  boolean(): boolean {
    this.#at += 1;
    return this.#bytes.readUInt8(this.#at - 1) !== 0;
  }

  bytes(): Buffer {
    const length = this.number();
    if (this.#at + length > this.#bytes.length) throw new RangeError('a string is longer than its message');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text(): string {
    return this.bytes().toString('utf8');
  }
}

/** Splits what arrives into messages, each preceded by its length. */
export class Messages {
  readonly #receive: (message: Buffer) => void;
  #rest: readonly Buffer[] = [];
  #length = 0;

  constructor(receive: (message: Buffer) => void) {
    this.#receive = receive;
  }

  /** @throws RangeError if a message is malformed */
  add(chunk: Buffer): void {
    this.#rest = [...this.#rest, chunk];
    this.#length += chunk.length;
    for (;;) {
      const [first] = this.#rest;
      if (first === undefined || this.#length < 4) return;
      const bytes = this.#rest.length === 1 ? first : Buffer.concat(this.#rest);
      const end = 4 + bytes.readUInt32BE(0);
      this.#rest = [bytes];
      if (bytes.length < end) return;
      this.#length -= end;
      this.#rest = this.#length === 0 ? [] : [bytes.subarray(end)];
      this.#receive(bytes.subarray(4, end));
    }
  }
}
