import { type Programs, pgScript } from './pg-programs.ts';

type Argv = readonly [string, ...string[]];

/** Where dumps lie, below the folder of the deployment, or of the workspace. */
export const dumpFolder = '.erp-deploy/dumps';

/** How many dumps are kept, the newest. */
const kept = 3;

/**
 * Seconds between two signs of life. PostgreSQL's programs print nothing while they work, for hours where there are
 * many rows, and a change on a droplet is ended where it is silent for too long.
 */
const signOfLife = 20;

/**
 * Tells of a file's size until `ends` is called, by a process of its own. It looks each second whether the script is
 * still there: it holds what the script holds, the lock of a droplet too, and must not outlive it.
 */
const begins = (file: string, seconds: number) => [
  `tell() { trap '[ -z "\${!-}" ] || kill "$!"; exit' TERM; i=0; while kill -s 0 "$$" 2>/dev/null; do sleep 1 & wait "$!" || :; i=$((i + 1)); [ $((i % ${seconds})) != 0 ] || echo "at work on ${file}: $(wc -c <"${file}" 2>/dev/null || echo 0) bytes" >&2; done; }`,
  'tell & p=$!',
  'ends() { kill "$p" 2>/dev/null || :; wait "$p" 2>/dev/null || :; }',
  'trap ends EXIT',
];

const dumping = 'pg pg_dump --no-password --format=custom';

/** Whether this is the command that makes a dump, its words joined by spaces. */
export const makesDump = (words: string): boolean => words.includes(dumping);

/**
 * $1 folder, $2 a dump in it that stays whatever its age. Room for the whole database is wanted before anything is
 * written; the dump bears its name only once pg_restore has read it to its end (its list alone passes one that is cut
 * off).
 * @param roles the flags that the roles are dumped with
 */
const dump = (roles: string, seconds: number) => [
  'd=$1',
  'umask 077',
  'mkdir -p "$d"',
  // What a run left that was cut off; this one alone is at work here.
  'rm -f "$d"/*.part',
  'need=$(pg psql -XAtc "select pg_database_size(current_database())" </dev/null)',
  `free=$(( $(df -Pk "$d" | awk 'NR == 2 { print $4 }') * 1024 ))`,
  'if [ "$free" -lt "$need" ]; then echo "no room for the dump: $need bytes wanted, $free free" >&2; exit 1; fi',
  'f="$d/$(date -u +%Y%m%dT%H%M%SZ)"',
  ...begins('$f.part', seconds),
  `trap 'ends; rm -f "$f.part" "$f.roles.part"' EXIT`,
  `${dumping} >"$f.part" </dev/null`,
  `pg pg_dumpall --no-password --roles-only ${roles} --database="$n" >"$f.roles.part" </dev/null`,
  'pg pg_restore --file=/dev/null <"$f.part"',
  // On the disk before what it is made for: that is committed soon, and a power cut leaves both or none.
  'sync "$f.part" "$f.roles.part" 2>/dev/null || sync',
  'mv "$f.roles.part" "$f.roles.sql"',
  'mv "$f.part" "$f.dump"',
  'sync "$d" 2>/dev/null || sync',
  `ls -1t "$d"/*.dump | tail -n +${kept + 1} | while read -r old; do [ "$old" = "$d/$2" ] || rm -f "$old" "\${old%.dump}.roles.sql"; done`,
  'echo "$f.dump"',
];

/**
 * $1 the dump, $2 what stands before it in its transaction, $3 what ends that, $4 which entries of the dump come back.
 * The last two lines that psql gets are sent only once pg_restore has ended well: a stream that is cut has no commit.
 * An older server does not know a setting that a newer pg_restore begins with.
 */
const restore = (seconds: number) => [
  ...begins('$1', seconds),
  'pg pg_restore --file=/dev/null <"$1"',
  't=$(pg mktemp </dev/null)',
  `trap 'ends; pg rm -f "$t" </dev/null' EXIT`,
  'pg pg_restore --list <"$1" | grep -E "$4" | pg sh -c \'cat >"$0"\' "$t"',
  'said=$({ printf "%s\\n" "$2"; pg pg_restore --use-list="$t" --file=- <"$1" && printf "%s\\n" "$3"; } |',
  "  LC_ALL=C sed '1,60{/^SET transaction_timeout = 0;$/d;}' |",
  '  pg psql -XqAt -v ON_ERROR_STOP=1 --no-password)',
  'if [ "$(printf "%s" "$said" | tail -n 1)" != restored ]; then echo "nothing was committed" >&2; exit 1; fi',
];

/** Argument lists around dumps of a database. Those that take long tell of themselves on stderr. */
export const dumps = {
  /**
   * Makes one, with its roles beside it, mode 0600, and clears away the oldest. Prints its path.
   * @param keep the name of a dump that stays whatever its age
   */
  make: (programs: Programs, folder: string, keep = '', seconds = signOfLife): Argv => {
    // The passwords of roles are for superusers alone to read, which nobody is on a managed server.
    const roles = programs.in === 'container' ? '' : '--no-role-passwords';
    return pgScript(programs, 'dump', dump(roles, seconds), folder, keep);
  },
  /** Its entries, behind a heading that names its database. Fails where it is no dump. */
  list: (programs: Programs, file: string): Argv =>
    pgScript(programs, 'list', ['pg pg_restore --list <"$1"'], file),
  /** Reads it to its end. Fails where it is cut off. */
  readBack: (programs: Programs, file: string, seconds = signOfLife): Argv =>
    pgScript(programs, 'read-back', [...begins('$1', seconds), 'pg pg_restore --file=/dev/null <"$1"'], file),
  /** Brings it back in one transaction. */
  restore: (
    programs: Programs,
    file: string,
    { before, after, entries }: { readonly before: string; readonly after: string; readonly entries: string },
    seconds = signOfLife,
  ): Argv => pgScript(programs, 'restore', restore(seconds), file, before, after, entries),
  /** The version of a program of PostgreSQL's, such as `pg_dump (PostgreSQL) 17.6`. */
  version: (program: 'pg_dump' | 'pg_restore'): Argv => [program, '--version'],
} as const;
