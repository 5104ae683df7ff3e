import { type Matcher, matcherOf } from './matchers.ts';

/**
 * Parses a rule: matchers with && (which binds more tightly), ||, ! and parentheses, with values in backticks or
 * quotes.
 * @throws Error with the message of Traefik: `error while parsing rule …: unsupported function: Hots`
 */
export function parseRule(rule: string): Matcher {
  const fail = (why: string): never => {
    throw new Error(`error while parsing rule ${rule}: ${why}`);
  };
  const tokens = tokensOf(rule, fail);
  let at = 0;
  const next = () => tokens[at]?.text;
  const eat = (text: string) => {
    if (next() !== text) fail(`${at + 1}: expected '${text}', found '${next() ?? 'EOF'}'`);
    at += 1;
  };
  const either = (): Matcher => {
    const terms = [both()];
    while (next() === '||') {
      at += 1;
      terms.push(both());
    }
    return (request) => terms.some((term) => term(request));
  };
  const both = (): Matcher => {
    const terms = [single()];
    while (next() === '&&') {
      at += 1;
      terms.push(single());
    }
    return (request) => terms.every((term) => term(request));
  };
  const single = (): Matcher => {
    if (next() === '!') {
      at += 1;
      const negated = single();
      return (request) => !negated(request);
    }
    if (next() === '(') {
      at += 1;
      const inner = either();
      eat(')');
      return inner;
    }
    return call();
  };
  const call = (): Matcher => {
    const token = tokens[at];
    if (token?.kind !== 'name') return fail(`${at + 1}: expected operand, found '${token?.text ?? 'EOF'}'`);
    at += 1;
    eat('(');
    const values: string[] = [];
    while (tokens[at]?.kind === 'value') {
      values.push(tokens[at]?.text ?? '');
      at += 1;
      if (next() !== ',') break;
      at += 1;
    }
    eat(')');
    const matcher = matcherOf(token.text, values);
    return matcher ?? fail(`unsupported function: ${token.text}`);
  };
  const whole = either();
  if (at < tokens.length) fail(`${at + 1}: expected ';', found '${next()}'`);
  return whole;
}

interface Token {
  readonly kind: 'name' | 'value' | 'sign';
  readonly text: string;
}

function tokensOf(rule: string, fail: (why: string) => never): readonly Token[] {
  const found: Token[] = [];
  const pattern = /\s*(?:([A-Za-z]\w*)|`([^`]*)`|"((?:\\.|[^"\\])*)"|(&&|\|\||[!(),]))/y;
  let rest = 0;
  while (rule.slice(rest).trim() !== '') {
    pattern.lastIndex = rest;
    const [, name, raw, quoted, sign] = pattern.exec(rule) ?? [];
    if (name !== undefined) found.push({ kind: 'name', text: name });
    else if (raw !== undefined) found.push({ kind: 'value', text: raw });
    else if (quoted !== undefined) found.push({ kind: 'value', text: quoted.replace(/\\(.)/g, '$1') });
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign });
    else fail(`1:${rest + 1}: illegal character`);
    rest = pattern.lastIndex;
  }
  return found;
}
