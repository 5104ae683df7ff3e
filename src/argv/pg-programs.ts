type Argv = readonly [string, ...string[]];

/** Where PostgreSQL's programs run: in the container of the database, or here, with the server in their environment. */
export type Programs =
  | { readonly in: 'container'; readonly container: string; readonly user: string; readonly database: string }
  | { readonly in: 'environment' };

/** What else the operator's environment says of a server is not meant: a service's file would even win over the rest. */
const fromHere =
  'unset PGSERVICE PGSERVICEFILE PGHOSTADDR PGOPTIONS PGTARGETSESSIONATTRS; n=$PGDATABASE; pg() { "$@"; }';
const inContainer =
  'c=$1; u=$2; n=$3; shift 3; pg() { docker exec -i -e PGUSER="$u" -e PGDATABASE="$n" "$c" "$@"; }';

/**
 * A script in which `pg` runs a program of PostgreSQL's with the database in its environment, `$n` is the database's
 * name, and `$1`, … are the words.
 */
export function pgScript(
  programs: Programs,
  name: string,
  lines: readonly string[],
  ...words: readonly string[]
): Argv {
  const shell = (head: string, ...all: readonly string[]): Argv => [
    '/bin/sh',
    '-c',
    ['set -eu', head, ...lines].join('\n'),
    name,
    ...all,
  ];
  if (programs.in === 'environment') return shell(fromHere, ...words);
  return shell(inContainer, programs.container, programs.user, programs.database, ...words);
}
