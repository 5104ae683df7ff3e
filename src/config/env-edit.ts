import { scanEnvText } from './env-lines.ts';

/** New values by key; null removes the key. */
export type EnvEdits = Readonly<Record<string, string | null>>;

/** Returns the text of a `.env` with other values. A new key is added at the end; every other line stays as it is. */
export function editedEnv(text: string, edits: EnvEdits): string {
  const lines = text.split('\n');
  const left = new Map(Object.entries(edits));
  for (const { key, line, before, raw } of scanEnvText(text).assignments) {
    const value = edits[key];
    if (value === undefined || raw === undefined) continue;
    const count = `${before}${raw}`.split('\n').length;
    // Removed lines stay as places until the end, so that the later line numbers are still right.
    lines.splice(line - 1, count, ...Array<string>(count).fill(removed));
    if (left.get(key) !== undefined && value !== null) lines[line - 1] = assigned(key, value);
    left.delete(key);
  }
  const kept = lines.filter((one) => one !== removed);
  const added = [...left].flatMap(([key, value]) => (value === null ? [] : [assigned(key, value)]));
  if (added.length === 0) return kept.join('\n');
  const end = kept.at(-1) === '' ? kept.slice(0, -1) : kept;
  return [...end, ...added, ''].join('\n');
}

/** No line of a text file contains a NUL. */
const removed = '\0';

/** In single quotes, which every reader of a `.env` takes literally, unless the value needs none. */
const assigned = (key: string, value: string) =>
  /^[\w./:@%+,=-]*$/.test(value) ? `${key}=${value}` : `${key}='${value}'`;
