/** Reads one pattern from left to right. */
interface Reader {
  readonly pattern: string;
  at: number;
  /** The number of choices so far; with the variant, it decides the next choice. */
  chosen: number;
  readonly variant: number;
}

const usual = 'aA1bB2 _-.@/:zZ9';
const classes: Readonly<Record<string, RegExp>> = {
  d: /\d/,
  D: /\D/,
  w: /\w/,
  W: /\W/,
  s: /\s/,
  S: /\S/,
  alpha: /[A-Za-z]/,
  digit: /\d/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /\s/,
  punct: /[_\-.@/:]/,
  xdigit: /[0-9a-f]/,
  word: /\w/,
};
const alphabet = [...usual, ...'0345678cdefghijklmnopqrstuvwxyCDEFGHIJKLMNOPQRSTUVWXY!#$%&()*+,;=?[]^{|}~'];

/**
 * Returns a text that a regular expression of PostgreSQL should match; null if the pattern uses syntax that is
 * not supported here. The server checks whether the text really matches.
 * @param variant from 0; each number makes other choices
 */
export function textMatching(pattern: string, variant: number): string | null {
  const reader: Reader = { pattern, at: 0, chosen: 0, variant };
  try {
    const text = alternatives(reader);
    return reader.at === pattern.length ? text : null;
  } catch (error) {
    if (error instanceof UnknownPattern) return null;
    throw error;
  }
}

/** Returns a text that a LIKE pattern matches. */
export function textLike(pattern: string, filler: string): string {
  return pattern.replaceAll(/\\(.)|%|_/gs, (mark: string, escaped?: string) => {
    if (escaped !== undefined) return escaped;
    return mark === '%' ? filler : 'x';
  });
}

class UnknownPattern extends Error {}

function alternatives(reader: Reader): string {
  const branches = [sequence(reader)];
  while (reader.pattern[reader.at] === '|') {
    reader.at += 1;
    branches.push(sequence(reader));
  }
  return branches[reader.variant % branches.length] ?? '';
}

function sequence(reader: Reader): string {
  let text = '';
  while (reader.at < reader.pattern.length && !'|)'.includes(reader.pattern[reader.at] ?? '')) {
    const start = reader.at;
    const first = atom(reader);
    const end = reader.at;
    const times = quantifier(reader);
    if (times > 0) text += first;
    const after = reader.at;
    // Each repetition parses the pattern again, so that it makes its own choices.
    for (let repeated = 1; repeated < Math.min(times, 200); repeated += 1) {
      reader.at = start;
      text += atom(reader);
    }
    reader.at = times > 1 ? after : Math.max(after, end);
  }
  return text;
}

function atom(reader: Reader): string {
  const { pattern } = reader;
  const character = pattern[reader.at] ?? '';
  reader.at += 1;
  if (character === '^' || character === '$') return '';
  if (character === '.') return choose(reader, /[a-z]/);
  if (character === '[') return bracket(reader);
  if (character === '(') return group(reader);
  if (character !== '\\') return character;
  const escaped = pattern[reader.at] ?? '';
  reader.at += 1;
  if (/[AZmMyY]/.test(escaped)) return '';
  if (escaped in classes) return choose(reader, classes[escaped] ?? /a/);
  if (/[A-Za-z0-9]/.test(escaped)) throw new UnknownPattern();
  return escaped;
}

function group(reader: Reader): string {
  const [prefix = ''] = /^\?(?:<?[=!]|:)/.exec(reader.pattern.slice(reader.at)) ?? [];
  reader.at += prefix.length;
  const text = alternatives(reader);
  if (reader.pattern[reader.at] !== ')') throw new UnknownPattern();
  reader.at += 1;
  return /[=!]/.test(prefix) ? '' : text;
}

function bracket(reader: Reader): string {
  const rest = reader.pattern.slice(reader.at);
  const [whole, negated, body] = /^(\^?)(\]?(?:\[:\w+:\]|\\.|[^\]\\])*)\]/s.exec(rest) ?? [];
  if (whole === undefined || body === undefined) throw new UnknownPattern();
  reader.at += whole.length;
  const named = [...body.matchAll(/\[:(\w+):\]|\\([dwsDWS])/g)].map(([, one, other]) => {
    const known = classes[one ?? other ?? ''];
    if (known === undefined) throw new UnknownPattern();
    return known;
  });
  const plain = body.replaceAll(/\[:\w+:\]|\\[dwsDWS]/g, '');
  const listed = [...plain.matchAll(/\\?([^\\])-\\?([^\\])|\\?(.)/gsu)].map(([, from, to, single]) => {
    return (one: string) =>
      from !== undefined && to !== undefined ? from <= one && one <= to : one === single;
  });
  const within = (one: string) => named.some((known) => known.test(one)) || listed.some((fits) => fits(one));
  const others = [...plain].filter((one) => !alphabet.includes(one));
  return chooseFrom(
    reader,
    [...alphabet, ...others].filter((one) => within(one) !== (negated === '^')),
  );
}

const choose = (reader: Reader, fits: RegExp) =>
  chooseFrom(
    reader,
    alphabet.filter((one) => fits.test(one)),
  );

function chooseFrom(reader: Reader, characters: readonly string[]): string {
  const chosen = characters[(reader.variant * (7 + reader.chosen)) % characters.length];
  if (chosen === undefined) throw new UnknownPattern();
  reader.chosen += 1;
  return chosen;
}

function quantifier(reader: Reader): number {
  const [whole, sign, least] =
    /^(?:([*+?])|\{(\d+)(?:,\d*)?\})\??/.exec(reader.pattern.slice(reader.at)) ?? [];
  if (whole === undefined) return 1;
  reader.at += whole.length;
  if (least !== undefined) return Number(least);
  return sign === '+' ? 1 + (reader.variant % 2) : reader.variant % 2;
}
