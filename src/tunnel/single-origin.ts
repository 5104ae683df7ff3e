import { serviceFault } from './ingress/service.ts';
import { type OriginRequest, originOptions } from './origin-options.ts';

/** The settings that name one origin for all requests, in cloudflared's order (ingress.go, parseSingleOriginService). */
const names = ['hello-world', 'bastion', 'url', 'unix-socket'] as const;

/** A setting that names an origin. */
interface OriginSetting {
  readonly name: (typeof names)[number];
  readonly value: string;
  /** What sets it: a flag, an environment variable, or a key of the configuration file. */
  readonly source: string;
}

/** How a container starts cloudflared, as far as it concerns the origin. */
export interface Started {
  /** The arguments, joined: a shell may be given the whole command line as one argument. */
  readonly line: string;
  readonly environment: ReadonlyMap<string, string>;
}

/** The origin to which cloudflared sends every request if it has no ingress rules. */
export interface SingleOrigin {
  /** As in the `service` of an ingress rule. */
  readonly service: string;
  readonly source: string;
  /** The options for its requests, which apply only without ingress rules. */
  readonly request: OriginRequest;
  /** Why no rule can keep it; null if one can. */
  readonly unfit: string | null;
}

/** Returns the origins that a container's arguments and environment name, flags first: they take precedence. */
function startSettings({ line, environment }: Started): readonly OriginSetting[] {
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
function fileSettings(content: Readonly<Record<string, unknown>>): readonly OriginSetting[] {
  return names.flatMap((name) => {
    const value = content[name];
    return value === undefined || value === null || value === false || value === ''
      ? []
      : [{ name, value: String(value), source: `"${name}"` }];
  });
}

/**
 * Returns the origin that is in effect without an ingress; null if no setting names one.
 * @param content the configuration file; empty if cloudflared has none
 */
export function singleOrigin(
  started: Started,
  content: Readonly<Record<string, unknown>>,
): SingleOrigin | null {
  const settings = [...startSettings(started), ...fileSettings(content)];
  const [first] = names.flatMap((name) => settings.find((one) => one.name === name) ?? []);
  if (first === undefined) return null;
  const service = serviceOf(first);
  const request = originOptions(started.line, started.environment, content);
  const fault = serviceFault(service, false);
  // Without an ingress, originRequest at the top of the file has no effect; a rule would inherit it.
  const inherits = content.originRequest !== undefined && content.originRequest !== null;
  // The fault quotes the service, which may contain a password.
  const shown = fault === null ? null : fault.replaceAll(service, shownService({ service }));
  const unfit = inherits ? 'a rule for it would inherit the originRequest of the file' : shown;
  return { service, source: first.source, request, unfit };
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
      return urlOf(value);
  }
}

/**
 * Returns the URL that cloudflared uses for `--url`: with a scheme, only its host and port; otherwise with http.
 * Source: cloudflare/cloudflared 2026.8.2, validation/validation.go (ValidateUrl).
 */
function urlOf(value: string): string {
  const [, scheme, rest = ''] = /^([a-z][a-z\d+.-]*):\/\/(.*)$/is.exec(value) ?? [];
  if (scheme === undefined) return `http://${URL.canParse(`http://[${value}]`) ? `[${value}]` : value}`;
  const [authority = ''] = rest.split(/[/?#]/, 1);
  return `${scheme.toLowerCase()}://${authority.slice(authority.lastIndexOf('@') + 1)}`;
}

/** Returns the origin without the credentials that its URL may have. */
export function shownService({ service }: Pick<SingleOrigin, 'service'>): string {
  return service.replace(/\/\/[^/@]*@/, '//USER:PASSWORD@');
}
