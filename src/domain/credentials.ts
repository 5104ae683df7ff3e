import { decodedPart } from './percent-encoding.ts';

/** Parameters of a connection URL whose value is a secret. */
const secretParameters: ReadonlySet<string> = new Set(['password', 'sslpassword', 'oauth_client_secret']);

/** Characters that end a URL within a text. */
const betweenWords = /([\s"'`<>]+)/;

/** A part of a text that is a credential, by its UTF-16 indices. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** Returns whether a text seems to contain a password: `scheme://user:password@`, or a parameter for one. */
export function holdsCredentials(text: string): boolean {
  return rangesIn(text).length > 0;
}

/** Returns the passwords in a text that looks like a URL, as written and percent-decoded. */
export function credentialsIn(text: string): readonly string[] {
  return rangesIn(text).flatMap(({ from, to }) => {
    const written = text.slice(from, to);
    const password = written.slice(written.indexOf(':') + 1);
    return [written, password, decodedPart(password) ?? password];
  });
}

/** Returns a text in which whatever looks like the credentials of a URL is replaced. Takes linear time. */
export function withoutCredentials(text: string): string {
  if (!text.includes('://') && !text.includes('=')) return text;
  return text
    .split(betweenWords)
    .map((word) => {
      let [shown, at] = ['', 0];
      for (const { from, to } of rangesIn(word)) {
        shown += `${word.slice(at, from)}<redacted>`;
        at = to;
      }
      return shown + word.slice(at);
    })
    .join('');
}

/** @param text one word, or a whole URL with any characters */
function rangesIn(text: string): readonly Range[] {
  const userInfo = userInfoIn(text);
  const parameters = parametersIn(text, userInfo?.to ?? 0);
  return userInfo === null ? parameters : [userInfo, ...parameters];
}

function userInfoIn(text: string): Range | null {
  const scheme = text.indexOf('://');
  if (scheme === -1) return null;
  const [from, to] = [scheme + 3, text.lastIndexOf('@')];
  const colon = text.indexOf(':', from);
  return colon !== -1 && colon < to - 1 ? { from, to } : null;
}

/** @param start where to begin: a password before it may have a question mark in it */
function parametersIn(text: string, start: number): readonly Range[] {
  const ranges: Range[] = [];
  for (let at = nextSeparator(text, start); at !== -1; ) {
    const next = nextSeparator(text, at + 1);
    const end = next === -1 ? text.length : next;
    const [name = '', value = ''] = splitAtEquals(text.slice(at + 1, end));
    if (value !== '' && isSecret(name)) ranges.push({ from: end - value.length, to: end });
    at = next;
  }
  return ranges;
}

function splitAtEquals(parameter: string): readonly string[] {
  const at = parameter.indexOf('=');
  return at === -1 ? [parameter] : [parameter.slice(0, at), parameter.slice(at + 1)];
}

function nextSeparator(text: string, from: number): number {
  separator.lastIndex = from;
  return separator.exec(text)?.index ?? -1;
}

const separator = /[?&]/g;

function isSecret(name: string): boolean {
  return secretParameters.has((decodedPart(name) ?? name).toLowerCase());
}
