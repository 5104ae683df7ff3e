import * as z from 'zod';

const versioned = z.looseObject({ v: z.int(), type: z.string() });

/** The fields of version 1 that have another name now, at any depth. */
const renamed: Readonly<Record<string, string>> = { box: 'item', wanted: 'expected', found: 'actual' };

/**
 * Returns an event of any earlier version in the form of this version: logs of earlier versions are read for the report.
 * Anything else is returned unchanged.
 *
 * Version 1 had a list of texts in `todo`, the fields `box`, `wanted` and `found`, and called an event `box`.
 */
export function upgradedEvent(event: unknown): unknown {
  const read = versioned.safeParse(event);
  if (!read.success || read.data.v !== 1) return event;
  const type = read.data.type === 'box' ? 'item' : read.data.type;
  return { ...Object(withNamesOfNow(read.data)), v: 2, type };
}

/** The facts of evidence have names of their own, which stay. */
function withNamesOfNow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNamesOfNow);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      renamed[name] ?? name,
      name === 'todo' ? remediesOf(one) : name === 'facts' ? one : withNamesOfNow(one),
    ]),
  );
}

/** Anything but texts stays, for the schema to reject. */
function remediesOf(todo: unknown): unknown {
  const texts = z.array(z.string()).safeParse(todo);
  return texts.success ? texts.data.map((text) => ({ text })) : todo;
}
