import { posix } from 'node:path';
import * as z from 'zod';
import { inspected } from '../containers/container.ts';
import { answerIn } from '../domain/answer.ts';
import type { Host } from '../domain/ports/host.ts';
import type { Started } from './single-origin.ts';

const mountSchema = z.looseObject({ Source: z.string().default(''), Destination: z.string() });

/** A container as the engine shows it. Of its environment, only the settings of cloudflared are used. */
const inspectSchema = z.looseObject({
  Id: z.string(),
  Image: z.string(),
  Path: z.string(),
  Args: z.array(z.string()),
  State: z.looseObject({ Status: z.string(), StartedAt: z.string() }),
  Config: z.looseObject({
    Env: z.array(z.string()).nullish(),
    User: z.string().default(''),
    WorkingDir: z.string().default(''),
  }),
  Mounts: z.array(mountSchema).default([]),
  NetworkSettings: z.looseObject({ Networks: z.record(z.string(), z.unknown()).nullish() }),
});

/** How cloudflared runs. */
export interface Cloudflared {
  readonly id: string;
  /** The hash of its image. */
  readonly image: string;
  readonly status: string;
  readonly startedAt: string;
  readonly networks: readonly string[];
  readonly mounts: readonly z.infer<typeof mountSchema>[];
  readonly metrics: string | null;
  readonly started: Started;
  /** Whether the environment sets a token or a file with one, even to nothing: then those in the file do not count. */
  readonly sets: { readonly token: boolean; readonly tokenFile: boolean };
  readonly configured: /** At Cloudflare. Account and tunnel are null if the token is in a file, which is not read. */
    | { readonly at: 'cloudflare'; readonly account: string | null; readonly tunnel: string | null }
    /** By the first of these files that exists; the paths are those in the container. */
    | { readonly at: 'file'; readonly paths: readonly string[] };
}

/**
 * Returns how cloudflared runs in the container of this name; null if there is none.
 * @throws ProblemError if the engine does not answer
 */
export async function cloudflaredNamed(
  host: Host,
  name: string,
  signal: AbortSignal,
): Promise<Cloudflared | null> {
  const json = await inspected(host, name, signal);
  return json === null ? null : cloudflaredIn(json);
}

/** @param json what `docker container inspect` prints */
export function cloudflaredIn(json: string): Cloudflared | null {
  const [found] = z.array(inspectSchema).parse(answerIn(json));
  if (found === undefined) return null;
  const { Config } = found;
  const environment = new Map(
    (Config.Env ?? []).map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  );
  const args = wordsOf(found.Path, found.Args);
  const flag = (name: string, variable: string): string | null =>
    flagIn(args, name) ?? environment.get(variable) ?? null;
  const token = flag('token', 'TUNNEL_TOKEN');
  const tokenFile = flag('token-file', 'TUNNEL_TOKEN_FILE');
  return {
    id: found.Id,
    image: found.Image,
    status: found.State.Status,
    startedAt: found.State.StartedAt,
    networks: Object.keys(found.NetworkSettings.Networks ?? {}),
    mounts: found.Mounts,
    metrics: flag('metrics', 'TUNNEL_METRICS'),
    started: {
      line: withoutToken(args),
      environment: new Map([...environment].filter(([name]) => !secrets.has(name))),
    },
    sets: { token: token !== null, tokenFile: tokenFile !== null },
    // With a token, cloudflared ignores the ingress of a local file (cloudflared#633). An empty token does not count.
    configured:
      token || tokenFile
        ? { at: 'cloudflare', ...identityIn(token ?? '') }
        : {
            at: 'file',
            paths: configPaths(flagIn(args, 'config'), Config.WorkingDir, environment.get('HOME')),
          },
  };
}

/** Variables whose value is a credential. */
const secrets = new Set(['TUNNEL_TOKEN', 'TUNNEL_CRED_CONTENTS']);

function withoutToken(args: readonly string[]): string {
  return args.join(' ').replace(/(?<!\S)(--?token[= ]+)\S+/g, '$1TOKEN');
}

/** Returns the words of the command line: a shell is given all of it as one argument. */
function wordsOf(path: string, args: readonly string[]): readonly string[] {
  return /(^|\/)(ba|da|a)?sh$/.test(path) || args[0] === '-c'
    ? args.flatMap((arg) => arg.trim().split(/\s+/)).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'))
    : args;
}

/** Returns the value of `--name value` or `--name=value`. */
function flagIn(words: readonly string[], name: string): string | null {
  const at = words.findIndex((word) => new RegExp(`^--?${name}(=|$)`).test(word));
  const word = words[at];
  if (word === undefined) return null;
  const sign = word.indexOf('=');
  return sign === -1 ? (words[at + 1] ?? null) : word.slice(sign + 1);
}

const identitySchema = z.object({ a: z.string(), t: z.string() });

/** Reads account and tunnel from a token, which is JSON in base64; its secret is not read. */
export function identityIn(token: string) {
  try {
    const read = identitySchema.safeParse(JSON.parse(Buffer.from(token, 'base64').toString('utf8')));
    if (read.success) return { account: read.data.a, tunnel: read.data.t };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { account: null, tunnel: null };
}

/** Returns the paths that cloudflared tries, in its order (cloudflare/cloudflared, config/configuration.go). */
function configPaths(given: string | null, workingDir: string, home: string | undefined): readonly string[] {
  if (given !== null) return [posix.resolve('/', workingDir, given.replace(/^~/, home ?? '/root'))];
  const homes = [...new Set([...(home === undefined ? [] : [home]), '/home/nonroot', '/root'])];
  const folders = [
    ...homes.flatMap((one) =>
      ['.cloudflared', '.cloudflare-warp', 'cloudflare-warp'].map((name) => `${one}/${name}`),
    ),
    '/etc/cloudflared',
    '/usr/local/etc/cloudflared',
  ];
  return folders.flatMap((folder) => ['config.yml', 'config.yaml'].map((name) => `${folder}/${name}`));
}

/** Returns the path on the host of a file of the container; null if the file is only in the container. */
export function onHost({ mounts }: Pick<Cloudflared, 'mounts'>, path: string): string | null {
  const covering = mounts
    .filter(
      ({ Destination: at, Source }) =>
        Source !== '' && (path === at || path.startsWith(`${at.replace(/\/$/, '')}/`)),
    )
    .sort((one, other) => other.Destination.length - one.Destination.length)[0];
  if (covering === undefined) return null;
  return posix.join(covering.Source, path.slice(covering.Destination.length));
}
