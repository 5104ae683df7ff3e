import type { SetupField } from '../../domain/front-end.ts';
import { oneLine } from '../field.ts';
import type { Setup } from '../state.ts';

/** Returns the text of a one-line answer. Removes blanks and line ends around a paste: they were copied by accident. */
export function trimmedLine(added: string, isPasted: boolean): string {
  return oneLine(isPasted ? added.trim() : added);
}

/** Whether the field is asked, given the answers so far. */
export function applies(field: SetupField, values: Readonly<Record<string, string>>): boolean {
  return field.applies?.(values) ?? true;
}

/**
 * Returns the index of the next field that applies. If none is left, returns the number of fields; backwards, the first
 * field.
 * @param by 1 to go forward, -1 to go back
 */
export function nextField({ fields, values, at }: Setup, by: 1 | -1): number {
  let next = at + by;
  for (let field = fields[next]; field !== undefined && !applies(field, values); field = fields[next])
    next += by;
  return Math.max(0, next);
}

/** Returns the choices that begin with the typed text; none if the typed text is one of them. */
export function choicesOf({ choices = [] }: SetupField, value: string): readonly string[] {
  if (choices.includes(value)) return [];
  return choices.filter((choice) => choice.startsWith(value));
}
