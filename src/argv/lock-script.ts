type Argv = readonly [string, ...string[]];

/** Seconds without a heartbeat after which a lock counts as left behind. */
const lockExpiry = 60;

const script = (body: string, ...words: readonly string[]): Argv => ['/bin/sh', '-c', body, 'sh', ...words];

/**
 * $1 the folder that the lock lies in. Whoever takes the lock or gives it back holds the guard meanwhile, and waits
 * for nothing while they do.
 */
const guarded =
  'umask 077; mkdir -p -- "$1" && cd -- "$1" || exit 1; exec 9>lock.guard; flock -w 10 9 || { echo "somebody else holds lock.guard" >&2; exit 1; }';
/** By the host's own clock, that of its files: seconds since the last heartbeat. */
const age = 'age=$(( $(date +%s) - $(stat -c %Y lock/beat 2>/dev/null || echo 0) ))';

/**
 * Whether no command of whoever holds the lock runs: they share a lock on its token meanwhile. Held to the script's
 * end, so that none begins before the token is another.
 */
const isIdle = (how: string) => `exec 8<lock/token && flock -x ${how} 8`;
/** The lock goes at once, for whoever looks: not file by file. */
const away = 'rm -rf lock.old && mv -T lock lock.old';

/** Scripts for the lock on a host: a folder with a token, its owner, and a file whose time is the heartbeat. */
export const lockScript = {
  /**
   * Prints `taken`, `held AGE OWNER`, or `busy AGE OWNER` where it may be taken over and commands of before run
   * still. All of it is there at once: a folder is made beside, and renamed.
   * @param owner JSON in one line
   * @param force whether one with a fresh heartbeat is taken as well
   */
  take: (folder: string, token: string, owner: string, force: boolean): Argv =>
    script(
      `${guarded}; if [ -d lock ]; then ${age}; if [ "$age" -le ${lockExpiry} ] && [ "$4" != force ]; then printf 'held %s ' "$age"; cat lock/owner; exit 0; fi; if [ -e lock/token ]; then ${isIdle('-n')} || { printf 'busy %s ' "$age"; cat lock/owner; exit 0; }; fi; fi; rm -rf lock.new && mkdir lock.new && printf %s "$2" >lock.new/token && printf %s "$3" >lock.new/owner && : >lock.new/beat || exit 1; if [ -d lock ]; then ${away} || exit 1; fi; mv -T lock.new lock && rm -rf lock.old && echo taken`,
      folder,
      token,
      owner,
      force ? 'force' : '',
    ),
  /** Prints `free`, or `held AGE OWNER`; makes nothing, and may come while the lock is given back. */
  look: (folder: string): Argv =>
    script(
      `cd -- "$1" 2>/dev/null && owner=$(cat lock/owner 2>/dev/null) && beat=$(stat -c %Y lock/beat 2>/dev/null) || { echo free; exit 0; }; printf 'held %s %s' "$(( $(date +%s) - beat ))" "$owner"`,
      folder,
    ),
  /** 0 where the token is still the one, after a heartbeat; else 1. */
  beat: (folder: string, token: string): Argv =>
    script('cd -- "$1" && [ "$(cat lock/token)" = "$2" ] && touch lock/beat', folder, token),
  /**
   * Gives it back, where it is still ours. Where a command of ours runs on behind a link that was lost, it stays,
   * and is taken over when that has ended.
   */
  release: (folder: string, token: string): Argv =>
    script(
      `cd -- "$1" 2>/dev/null && [ -e lock/token ] && ( ${isIdle('-w 10')} ); ${guarded}; if [ "$(cat lock/token 2>/dev/null)" = "$2" ] && ${isIdle('-n')}; then ${away} && rm -rf lock.old; fi`,
      folder,
      token,
    ),
} as const;
