import { createHash } from 'node:crypto';
import logScript from '../../assets/remote/cloudflared-log.sh';
import storeScript from '../../assets/remote/store-and-run.sh';
import tunnelScript from '../../assets/remote/tunnel.sh';
import { type Command, scriptCommand, sentText } from '../domain/shell-script.ts';

type Argv = readonly [string, ...string[]];

/** Where the new configuration, the backup and the state of the change are, in the deployment's folder. */
export const tunnelFolder = '.erp-deploy/tunnel';
export const candidateFile = `${tunnelFolder}/config.yml`;

/**
 * Seconds for which the server is asked whether the change was confirmed. It is settled before two minutes are over
 * (the two restarts take up to 5 s each); an operator whose own connection uses the tunnel gets in again only then,
 * and later on a busy machine.
 */
const askedFor = 240;

/** How the search for a file ends if none of them exists; docker itself ends with 125 and above. */
export const noneOfThem = 3;

const tunnelCommand = (...words: readonly string[]): Command =>
  scriptCommand('tunnel.sh', tunnelScript, words);

/** A container of the database's image, as root, without a network: the operator may not have the rights to the file. */
function inHelper(image: string, mounts: readonly string[], ...words: readonly string[]): Command {
  const options = ['--interactive', '--pull', 'never', '--network', 'none', '--user', '0:0'];
  const shell = ['docker', 'run', '--rm', ...options, '--entrypoint', '/bin/sh', ...mounts, image] as const;
  return scriptCommand('tunnel.sh', tunnelScript, words, shell);
}

/** Stores the script on the host before it runs: it starts a job that runs it again, after the connection has ended. */
function stored(...words: readonly string[]): Command {
  const text = sentText(tunnelScript);
  const sum = createHash('sha256').update(text).digest('hex');
  const { argv, input } = scriptCommand('store-and-run.sh', storeScript, [
    tunnelFolder,
    `${text.length}`,
    sum,
    ...words,
  ]);
  return { argv, input: `${input}${text}` };
}

const logCommand = (what: 'tunnel' | 'configurations', container: string): Command =>
  scriptCommand('cloudflared-log.sh', logScript, [what, container]);

/** What a change of cloudflared's own file is about. */
export interface TunnelFile {
  readonly container: string;
  /** Of the container. */
  readonly image: string;
  /** The database's image: it has a shell. */
  readonly helper: string;
  /** On the host, absolute. */
  readonly folder: string;
  readonly name: string;
  readonly sha256: string;
}

/**
 * Commands around cloudflared in a container: assets/remote/tunnel.sh. Those that use its files run in the deployment's
 * folder.
 */
export const tunnel = {
  /**
   * Reads the first of these files that the container has: three lines (its path, seconds since the epoch, its SHA-256),
   * then its bytes in base64. Ends with 3 if none exists.
   */
  readFirst: (container: string, image: string, paths: readonly string[]): Command =>
    inHelper(image, ['--volumes-from', `${container}:ro`], 'read', ...paths),
  /** Ends with 0 if a file on the host still has this hash. */
  isStill: ({ helper, folder, name, sha256 }: TunnelFile): Command =>
    inHelper(helper, ['--mount', `type=bind,source=${folder},target=/there,readonly`], 'is', name, sha256),
  /** Replaces the file with the candidate, and starts the restart that undoes itself. */
  begin: ({ container, image, helper, folder, name, sha256 }: TunnelFile): Command =>
    stored('begin', container, image, helper, folder, name, sha256),
  /** The same again, with the backup of the first time: that was neither confirmed nor undone. */
  beginAgain: ({ container, image, helper, folder, name }: TunnelFile): Command =>
    stored('begin', container, image, helper, folder, name, ''),
  confirm: (container: string, metrics: string): Command & { readonly seconds: number } => ({
    ...tunnelCommand('confirm', container, metrics),
    seconds: askedFor,
  }),
  /** Prints `pending` if a configuration waits to be confirmed, `abandoned` if its job ended before that. */
  unsettled: (): Command => tunnelCommand('unsettled'),
  /** Ends with 0 if cloudflared has a connection to Cloudflare. */
  ready: (container: string, metrics: string): Argv => [
    'docker',
    'container',
    'exec',
    container,
    'cloudflared',
    'tunnel',
    '--metrics',
    metrics,
    'ready',
  ],
  /** Prints the tunnel that cloudflared last started, as `tunnelID=UUID`; nothing if its log does not go back so far. */
  idInLog: (container: string): Command => logCommand('tunnel', container),
  /** Prints the configurations that Cloudflare last sent to cloudflared, oldest first. */
  configurationsSent: (container: string): Command => logCommand('configurations', container),
} as const;
