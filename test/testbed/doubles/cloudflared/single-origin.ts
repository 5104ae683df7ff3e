import type { ConfigFile } from './config-file.ts';
import type { Rule } from './ingress.ts';
import type { Words } from './words.ts';

/**
 * Returns the rules of a tunnel without ingress: one for the origin in a flag, a variable or the file, or none. Source:
 * cloudflare/cloudflared, ingress/ingress.go (parseSingleOriginService).
 */
export function singleOriginRules({ flags }: Words, { config }: ConfigFile): readonly Rule[] {
  const set = (name: 'url' | 'unix-socket' | 'hello-world' | 'bastion') =>
    flags.get(name) ?? (config[name] ? String(config[name]) : undefined);
  const socket = set('unix-socket');
  const service =
    (set('hello-world') === undefined ? undefined : 'hello_world') ??
    (set('bastion') === undefined ? undefined : 'bastion') ??
    set('url') ??
    (socket === undefined ? undefined : `unix:${socket}`);
  return service === undefined ? [] : [{ hostname: '', path: '', service, originRequest: {} }];
}
