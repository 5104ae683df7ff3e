import { notYet } from '../domain/change.ts';

type Argv = readonly [string, ...string[]];

/** Where the new configuration, the backup and what becomes of it lie, below the deployment's folder. */
export const tunnelFolder = '.erp-deploy/tunnel';
export const candidateFile = `${tunnelFolder}/config.yml`;

/** Seconds after which a configuration that nobody confirmed is taken back. */
const undoAfter = 90;
/**
 * Seconds for which the droplet is asked what came of it. It is settled before two minutes are over (the two restarts
 * take up to 5 s each); whoever comes through the tunnel gets in again only when that is up, on a busy machine later.
 */
const askedFor = 240;

const script = (body: string, ...words: readonly string[]): Argv => ['/bin/sh', '-c', body, 'sh', ...words];

/** A container of the database's image, as root, without a network; the operator may be nobody to the file. */
const helper = (image: string, mounts: readonly string[], body: string, words: readonly string[]): Argv => [
  'docker',
  'run',
  '--rm',
  '--pull',
  'never',
  '--network',
  'none',
  '--user',
  '0:0',
  '--entrypoint',
  '/bin/sh',
  ...mounts,
  image,
  '-c',
  body,
  'sh',
  ...words,
];

/** How the look for a file ends where none of them is there; docker itself ends with 125 and above. */
export const noneOfThem = 3;

/** The first of the files that is there: where it really lies, when it was changed, its hash, its bytes. */
const readFirst = [
  'for f; do',
  '[ -f "$f" ] || continue',
  'real=$(readlink -f -- "$f")',
  'printf "%s\\n%s\\n%s\\n" "$real" "$(stat -c %Y -- "$real")" "$(sha256sum <"$real" | cut -c 1-64)"',
  'base64 -w0 <"$real"',
  'exit 0',
  'done',
  `exit ${noneOfThem}`,
].join('\n');

/**
 * $1 name, $2 the hash that it must have, $3 whether it is kept. In /there the folder of the file, in /ours that of
 * the deployment. Owner and mode stay; there is the old file or the new one, and nothing in between.
 */
const replace = [
  'set -eu',
  'cd /there',
  '[ ! -L "$1" ] || { echo "$1 is a symbolic link in a folder of somebody else" >&2; exit 1; }',
  '[ -z "$2" ] || [ "$(sha256sum <"$1" | cut -c 1-64)" = "$2" ] || { echo "$1 was changed meanwhile" >&2; exit 1; }',
  // From here on it waits to be confirmed, whatever dies: there is no job yet, so it counts as abandoned.
  '[ -z "$2" ] || { cp -p -- "$1" /ours/backup.yml; echo pending >/ours/state; }',
  'cat <"/ours/$3" >".$1.erp-deploy"',
  'chown --reference="$1" -- ".$1.erp-deploy"',
  'chmod --reference="$1" -- ".$1.erp-deploy"',
  'sync ".$1.erp-deploy" 2>/dev/null || sync',
  'mv -fT -- ".$1.erp-deploy" "$1"',
  'sync . 2>/dev/null || sync',
].join('\n');

/** In the functions: $1 the hash that the file must have, or nothing, $2 what is put there. */
const putThere = [
  'put() {',
  'docker run --rm --pull never --network none --user 0:0 --entrypoint /bin/sh \\',
  '--mount "type=bind,source=$folder,target=/there" --mount "type=bind,source=$PWD,target=/ours" \\',
  '"$image" -c "$replace" sh "$name" "$1" "$2"; }',
].join('\n');

/** It belongs to no session, so that it outlives every connection. */
const job = [
  putThere,
  'sleep 1',
  'docker restart -t 5 "$container" >&2',
  'docker container inspect --format "{{.State.StartedAt}}" "$container" >since',
  `n=0; while [ $n -lt ${undoAfter} ]; do`,
  'if [ -e confirmed ]; then echo kept >state; exit 0; fi',
  'sleep 1; n=$((n+1)); done',
  'docker container logs --since "$(cat since)" --tail 20 "$container" >why 2>&1',
  'put "" backup.yml || { echo stuck >state; exit 1; }',
  'docker restart -t 5 "$container" >&2',
  'echo undone >state',
].join('\n');

/**
 * $1 container, $2 its image, $3 the database's image, $4 folder and $5 name of the file, $6 its hash; without one, the
 * backup of before stays the one that is put back. In the deployment's folder. Exit 0 means that the job has begun.
 */
const begin = [
  'set -eu',
  'umask 077',
  'container=$1 cloudflared=$2 image=$3 folder=$4 name=$5',
  `cd ${tunnelFolder}`,
  // Whatever keeps the user's image from running here is no verdict on the file.
  'code=0; said=$(docker run --rm --pull never --network none --mount "type=bind,source=$PWD/config.yml,target=/candidate.yml,readonly" "$cloudflared" tunnel --config /candidate.yml ingress validate 2>&1) || code=$?',
  'case $code in 125|126|127) echo "the image of cloudflared did not run, so it did not validate: $said" ;;',
  '*) printf "%s\\n" "$said" | grep -qx OK || { printf "cloudflared does not validate it:\\n%s\\n" "$said" >&2; exit 1; } ;; esac',
  `replace='${replace.replaceAll("'", `'\\''`)}'`,
  putThere,
  // Made here, so that it stays the operator's to write.
  'rm -f confirmed why since pid; : >state',
  'put "$6" config.yml',
  'echo pending >state',
  'export container image folder name replace',
  `setsid nohup /bin/sh -c '${job.replaceAll("'", `'\\''`)}' </dev/null >job.log 2>&1 &`,
  'echo $! >pid',
].join('\n');

/**
 * $1 container, $2 where its metrics are. Asked again and again, each time over a new connection: it must not wait by
 * itself, since it would outlive the connection that it came by, and confirm over none.
 */
const confirm = [
  `cd ${tunnelFolder} || exit 1`,
  'case $(cat state) in',
  'kept) exit 0 ;;',
  `undone) tail -n 8 why >&2; echo "These were the last words of cloudflared. Nobody got in again and found it connected within ${undoAfter} s: the old configuration is back." >&2; exit 1 ;;`,
  `stuck) tail -n 3 job.log >&2; echo "Nobody got in again and found it connected within ${undoAfter} s, and the old configuration could not be put back: it lies in $PWD/backup.yml." >&2; exit 1 ;;`,
  '*) kill -0 "$(cat pid 2>/dev/null)" 2>/dev/null || { echo "it was not begun" >&2; exit 1; } ;;',
  'esac',
  // Of the run that the job started, and of no other: one that ends and is started again is not well.
  'connected() { [ "$(docker container inspect --format "{{.State.Running}} {{.State.StartedAt}}" "$1")" = "true $(cat since)" ] || return 1',
  'docker container exec "$1" cloudflared tunnel --metrics "$2" ready >/dev/null 2>&1 || docker container logs --since "$(cat since)" "$1" 2>&1 | grep -q "Registered tunnel connection"; }',
  `[ -s since ] && connected "$1" "$2" && sleep 2 && connected "$1" "$2" || exit ${notYet}`,
  ': >confirmed; sleep 2',
  `[ "$(cat state)" = kept ] || exit ${notYet}`,
].join('\n');

/** Prints `pending` where a configuration waits to be confirmed, `abandoned` where its job ended before: the host went down. */
const unsettled = [
  `cd ${tunnelFolder} 2>/dev/null && [ "$(cat state 2>/dev/null)" = pending ] || exit 0`,
  'if kill -0 "$(cat pid 2>/dev/null)" 2>/dev/null; then echo pending; else echo abandoned; fi',
].join('\n');

/** What goes where, for a change of cloudflared's own file. */
export interface TunnelFile {
  readonly container: string;
  /** Of the container. */
  readonly image: string;
  /** Of the database: it has a shell. */
  readonly helper: string;
  /** On the host, absolute. */
  readonly folder: string;
  readonly name: string;
  readonly sha256: string;
}

/** Argument lists around cloudflared in a container; run in the deployment's folder where they touch its files. */
export const tunnel = {
  /**
   * Reads the first of these files that the container has: three lines (where it lies, seconds since the epoch, its
   * SHA-256), then its bytes in base64. 3 where none is there.
   */
  readFirst: (container: string, image: string, paths: readonly string[]): Argv =>
    helper(image, ['--volumes-from', `${container}:ro`], readFirst, paths),
  /** 0 where a file on the host still has this hash. */
  isStill: ({ helper: image, folder, name, sha256 }: TunnelFile): Argv =>
    helper(
      image,
      ['--mount', `type=bind,source=${folder},target=/there,readonly`],
      '[ "$(sha256sum <"/there/$1" | cut -c 1-64)" = "$2" ]',
      [name, sha256],
    ),
  /** Puts the candidate in the place of the file, and begins the restart that undoes itself. */
  begin: ({ container, image, helper: shell, folder, name, sha256 }: TunnelFile): Argv =>
    script(begin, container, image, shell, folder, name, sha256),
  /** The same once more, with the backup of before: the first time came to no end. */
  beginAgain: ({ container, image, helper: shell, folder, name }: TunnelFile): Argv =>
    script(begin, container, image, shell, folder, name, ''),
  confirm: (container: string, metrics: string) => ({
    argv: script(confirm, container, metrics),
    seconds: askedFor,
  }),
  unsettled: (): Argv => script(unsettled),
  nothing: (): Argv => ['true'],
  /** 0 where it has a connection to Cloudflare. */
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
  /** The tunnel that cloudflared said it starts, as `tunnelID=UUID`; nothing where its log does not go back so far. */
  idInLog: (container: string): Argv =>
    script('docker container logs "$1" 2>&1 | grep -o "tunnelID=[0-9a-f-]*" | tail -n 1', container),
  /** What cloudflared was sent by Cloudflare lately, oldest first. */
  configurationsSent: (container: string): Argv =>
    script('docker container logs "$1" 2>&1 | grep "Updated to new configuration" | tail -n 5', container),
} as const;
