import { createHash, randomUUID } from 'node:crypto';
import { exists, ownMark, stateOf } from './process-table.ts';

/**
 * Returns a name for a temporary file beside its target. It identifies this process, so that another process can tell
 * whether the file is abandoned or still being written.
 * @param target the name of the file that it will replace
 */
export async function temporaryName(target: string): Promise<string> {
  const { pid, started, boot, host, pidNamespace } = await ownMark();
  const mark = [started, boot, host, pidNamespace ?? ''].map(digest).join('');
  return `${target}.${pid}.${mark}.${randomUUID().slice(0, 8)}.tmp`;
}

/** Returns whether this is a temporary file for the target whose process has ended. */
export async function isAbandoned(name: string, target: string): Promise<boolean> {
  const end = name.startsWith(target) ? name.slice(target.length) : '';
  const [, pid, mark] = /^\.(\d+)(?:\.([0-9a-f]{24}))?\.[0-9a-f]{8}\.tmp$/.exec(end) ?? [];
  if (pid === undefined) return false;
  // The names of earlier versions contain only the number.
  if (mark === undefined) return !exists(Number(pid));
  const [started = '', boot = '', host = '', pidNamespace = ''] = mark.match(/.{6}/g) ?? [];
  return (await stateOf({ pid: Number(pid), started, boot, host, pidNamespace }, digest)) === 'gone';
}

/** Returns six hexadecimal digits of a hash, which are short and valid in a file name. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6);
}
