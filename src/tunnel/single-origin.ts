import type { IngressRule } from './ingress/rules.ts';

/** The settings that name one origin for all requests, in cloudflared's order (ingress.go, parseSingleOriginService). */
const names = ['hello-world', 'bastion', 'url', 'unix-socket'] as const;

/** A setting that names an origin. */
export interface OriginSetting {
  readonly name: (typeof names)[number];
  readonly value: string;
  /** What sets it: a flag, an environment variable, or a key of the configuration file. */
  readonly source: string;
}

/** The origin to which cloudflared sends every request if it has no ingress rules. */
export interface SingleOrigin {
  /** As in the `service` of an ingress rule. */
  readonly service: string;
  readonly source: string;
}

/** Returns the origins that a container's arguments and environment name, flags first: they take precedence. */
export function originSettings(
  args: readonly string[],
  environment: ReadonlyMap<string, string>,
): readonly OriginSetting[] {
  // Joined, since a shell may be given the whole command line as one argument.
  const line = args.join(' ');
  const flags = names.flatMap((name) => {
    const [found, value = ''] = new RegExp(`(?<!\\S)--?${name}(?:[= ]+(\\S+)|(?!\\S))`).exec(line) ?? [];
    return found === undefined ? [] : [{ name, value, source: `--${name}` }];
  });
  const variables = names.flatMap((name) => {
    const source = `TUNNEL_${name.toUpperCase().replace('-', '_')}`;
    const value = environment.get(source) ?? '';
    return value === '' ? [] : [{ name, value, source }];
  });
  return [...flags, ...variables];
}

/** Returns the origins that a configuration file names; `false` and an empty text count as not set. */
export function originSettingsIn(content: Readonly<Record<string, unknown>>): readonly OriginSetting[] {
  return names.flatMap((name) => {
    const value = content[name];
    return value === undefined || value === null || value === false || value === ''
      ? []
      : [{ name, value: String(value), source: `"${name}"` }];
  });
}

/** Returns the origin that is in effect without an ingress; null if none of the settings names one. */
export function singleOrigin(settings: readonly OriginSetting[]): SingleOrigin | null {
  const [first] = names.flatMap((name) => settings.find((one) => one.name === name) ?? []);
  return first === undefined ? null : { service: serviceOf(first), source: first.source };
}

function serviceOf({ name, value }: OriginSetting): string {
  switch (name) {
    case 'hello-world':
      return 'hello_world';
    case 'bastion':
      return 'bastion';
    case 'unix-socket':
      return `unix:${value}`;
    case 'url':
      return value;
  }
}

/** Returns the origin without the credentials that its URL may have. */
export function shownService({ service }: SingleOrigin): string {
  return service.replace(/\/\/[^/@]*@/, '//USER:PASSWORD@');
}

/** Returns the rule that a single origin amounts to. */
export function ruleOf({ service }: SingleOrigin): IngressRule {
  return { hostname: '', path: '', service };
}
