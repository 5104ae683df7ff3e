import { decodedPart } from './percent-encoding.ts';

const redaction = '<redacted>';

/** Every secret that this process knows. */
const known = new Set<string>();

/**
 * The patterns that find a secret in a text, plain or quoted. Longer secrets come first, so that a secret that is a
 * part of another one does not hide it.
 */
let searches: readonly { readonly length: number; readonly search: string | RegExp }[] = [];

/**
 * A secret from the file it is read from to the socket it is written to. Whatever prints it
 * (string, JSON, `console.log`, an error's cause) prints `<redacted>`; only `reveal` gives it out.
 * `redacted` finds it in a text that another program wrote.
 */
export class Secret {
  readonly #value: string;

  /** @param state `draft` while it is being typed: it is not redacted, since its parts occur in any text */
  constructor(value: string, state: 'whole' | 'draft' = 'whole') {
    this.#value = value;
    if (state === 'whole') remember(value);
  }

  /** Returns the value; only for writing it to its socket or file. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return redaction;
  }

  toJSON(): string {
    return redaction;
  }

  /** Called by `inspect` of `node:util`; by its registered symbol, so that the domain needs no import. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return redaction;
  }
}

/** Returns a text without any secret that this process knows. */
export function redacted(text: string): string {
  let shown = text;
  for (const { search } of searches) shown = shown.replaceAll(search, redaction);
  return shown;
}

function remember(value: string): void {
  if (known.has(value)) return;
  known.add(value);
  const found = [...new Set(formsOf(value))].map((form) => ({ length: form.length, search: searchOf(form) }));
  searches = [...searches, ...found].sort((one, other) => other.length - one.length);
}

/** Minimum length of a secret that is redacted even inside a word. */
const unmistakable = 12;
/** Minimum length of a secret that is redacted at all: shorter ones would garble texts. */
const tooShort = 4;

/** Returns the value and the forms in which programs quote it. */
function formsOf(value: string): readonly string[] {
  const parts = /^https?:/i.test(value) ? partsOfUrl(value) : [];
  return [value, ...parts]
    .flatMap((one) => [one, encodeURIComponent(one.toWellFormed()), JSON.stringify(one).slice(1, -1)])
    .filter((one) => one.length >= tooShort);
}

/** The parts of a URL that grant access to anyone who knows them; the host does not. */
function partsOfUrl(value: string): readonly string[] {
  const url = URL.parse(value);
  if (url === null) return [];
  const { href, username, password, pathname, search } = url;
  const path = `${pathname}${search}`;
  return [
    href,
    ...(path.length >= unmistakable ? [path] : []),
    ...(password === '' ? [] : [`${username}:${password}`, password, decodedPart(password) ?? password]),
  ];
}

/**
 * Returns the pattern for a form of a secret. It finds a short form only as a whole word, or after a percent-encoded
 * character. A long form is searched for as a string, because V8 refuses an expression of some 32,000 characters.
 */
function searchOf(form: string): string | RegExp {
  if (form.length >= unmistakable || !/^[\w-]+$/.test(form)) return form;
  return new RegExp(`(?:(?<![\\w-])|(?<=%[0-9A-Fa-f]{2}))${form}(?![\\w-])`, 'g');
}

/**
 * Returns a new secret in base64url, whose characters have no special meaning in a shell, a URL or a `.env` file.
 * @param randomBytes a cryptographic source, such as that of `node:crypto`
 * @param bytes of randomness; 32 give 43 characters
 */
export function generateSecret(randomBytes: (count: number) => Uint8Array, bytes = 32): Secret {
  return new Secret(Buffer.from(randomBytes(bytes)).toString('base64url'));
}
