import { createHash } from 'node:crypto';
import { tunnel } from '../argv/tunnel.ts';
import type { Host } from '../domain/ports/host.ts';

/** What cloudflared says of a new configuration, in comparison with the old one. */
export type Tried =
  /** `says` is the SHA-256 of its output if it did not say OK, but nothing is wrong; otherwise empty. */
  | { readonly is: 'accepted'; readonly says: string }
  | { readonly is: 'refused'; readonly lines: readonly string[] };

interface Answer {
  readonly code: number;
  readonly output: string;
}

/** Said of rules that are valid, if a file also has the `url` that they replace. */
const withUrl = "You can't set the --url flag (or $TUNNEL_URL) when using multiple-origin ingress rules";

/**
 * Has cloudflared's own image validate the configuration before and after a change, without changing anything.
 * `validate` ends with 0 but without OK if a file has settings that nothing reads, such as `warp-routing: {enabled}`;
 * such a file works, so the new one may have the same warnings as the old one.
 * @param hasRules whether the new configuration has rules: without any, cloudflared refuses to validate it, but runs
 */
export async function triedConfig(
  { processes }: Host,
  image: string,
  before: string,
  after: { readonly text: string; readonly hasRules: boolean },
  signal: AbortSignal,
): Promise<Tried> {
  const { argv, input } = tunnel.compare(image, before, after.text);
  const { stdout } = await processes.run(argv, null, signal, undefined, input === undefined ? {} : { input });
  const [old, now] = answersIn(stdout);
  // An image that cannot run as this user says nothing about the file.
  if (old === undefined || now === undefined || now.code >= 125) return { is: 'accepted', says: '' };
  if (now.code === 0 && /^OK$/m.test(now.output)) return { is: 'accepted', says: '' };
  const says = createHash('sha256').update(`${now.output}\n`).digest('hex');
  if (!after.hasRules || now.output.includes(withUrl)) return { is: 'accepted', says };
  const known = old.code === 0 ? warningsIn(old) : null;
  const added = warningsIn(now).filter((line) => known !== null && !known.includes(line));
  if (now.code === 0 && added.length === 0) return { is: 'accepted', says };
  return { is: 'refused', lines: now.output.split('\n') };
}

function answersIn(stdout: string): readonly Answer[] {
  const lines = stdout.split('\n');
  return [0, 2].flatMap((at) => {
    const [code = '', output = ''] = lines.slice(at, at + 2);
    if (!/^\d+$/.test(code)) return [];
    return [{ code: Number(code), output: Buffer.from(output, 'base64').toString('utf8').trimEnd() }];
  });
}

/** Returns the warnings without their line numbers, which an edit changes. */
function warningsIn({ output }: Answer): readonly string[] {
  return output.split('\n').flatMap((line) => {
    const [, warning] = /^\s*line \d+: (.*)$/.exec(line) ?? [];
    return warning === undefined ? [] : [warning];
  });
}
