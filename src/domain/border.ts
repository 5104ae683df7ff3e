import { withoutCredentials } from './credentials.ts';
import { redacted } from './secret.ts';
import { visible, visibleLines, withoutColors } from './visible-text.ts';

/** Fields whose text consists of lines; front ends split and indent them. SQL to repair is made printable as SQL. */
const ofLines: ReadonlySet<string> = new Set(['reason', 'repair']);

/** Fields with words of our own, which a short secret must not garble. */
const ownWords: ReadonlySet<string> = new Set([
  'v',
  'at',
  'type',
  'phase',
  'step',
  'state',
  'status',
  'outcome',
  'kind',
  'severity',
  'level',
  'command',
  'engine',
  'target',
  'item',
  'code',
  'verdict',
]);

/**
 * Returns an event or a question as it may leave the program: every text in it, at any depth, has no character that a
 * terminal would obey or hide, no secret that this process knows, and no password in a URL. Functions and instances of classes stay.
 */
export function atBorder<Value>(value: Value): Value {
  // The mapping keeps the shape: texts stay texts, records keep their keys.
  return mapped(value, '', isItem(value)) as Value;
}

/** The evidence of a checklist item may consist of lines. */
function isItem(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'item';
}

function mapped(value: unknown, key: string, inItem: boolean): unknown {
  if (typeof value === 'string') return textAt(value, key, inItem);
  if (Array.isArray(value)) {
    // The arguments of a suggested command, unlike the name of the command that runs, can hold anything.
    const within = key === 'command' ? 'argument' : key;
    return value.map((one) => mapped(one, within, inItem));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  // Faster than Object.fromEntries, and a log can have a million lines. An own key `__proto__` stays one.
  const copy: Record<string, unknown> = { ...value };
  for (const name of Object.keys(copy)) copy[name] = mapped(copy[name], name, inItem);
  return copy;
}

function textAt(text: string, key: string, inItem: boolean): string {
  if (ownWords.has(key)) return visible(text);
  const shown = withoutCredentials(redacted(key === 'line' ? withoutColors(text) : text));
  return ofLines.has(key) || (inItem && key === 'summary') ? visibleLines(shown) : visible(shown);
}
