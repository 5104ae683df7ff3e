import { withoutCredentials } from './credentials.ts';
import { redacted } from './secret.ts';
import { visible, visibleLines, withoutColors } from './visible-text.ts';

/** Fields whose text consists of lines; front ends split and indent them. SQL to repair is made printable as SQL. */
const ofLines: ReadonlySet<string> = new Set(['reason', 'repair']);

/** Fields whose text is only erp-deploy's own. They are not redacted, because a short secret could garble them. */
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
 * Returns an event or a question in a form that is safe to print. The texts in it, at any depth, contain no control or
 * invisible characters, no secret that this process knows, and no password in a URL. Functions and instances of classes
 * are unchanged.
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
  // Faster than Object.fromEntries, which matters because a log can have a million lines. An own key `__proto__` is
  // kept as an own key.
  const copy: Record<string, unknown> = { ...value };
  for (const name of Object.keys(copy)) copy[name] = mapped(copy[name], name, inItem);
  return copy;
}

function textAt(text: string, key: string, inItem: boolean): string {
  if (ownWords.has(key)) return visible(text);
  const shown = withoutCredentials(redacted(key === 'line' ? withoutColors(text) : text));
  return ofLines.has(key) || (inItem && key === 'summary') ? visibleLines(shown) : visible(shown);
}
