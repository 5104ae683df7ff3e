#!/bin/sh
# The lock of a deployment: the right to change it, held by one rollout at a time.
#
#   lock.sh take FOLDER TOKEN OWNER [force [HOLDER]]
#                                             OWNER is one line of JSON, which begins with its version: {"v":1,
#                                             with HOLDER, force counts only if that is the owner of the lock
#   lock.sh look FOLDER                       inspects the lock, creates nothing; may run while the lock is released
#   lock.sh beat FOLDER TOKEN                 ends with 0 after a heartbeat, with 1 if the lock has another token
#   lock.sh release FOLDER TOKEN              keeps the lock if it has another token
#
# In FOLDER:
#   lock/token   identifies the holder; every command that changes something holds a shared flock on it while it runs
#   lock/owner   who holds the lock
#   lock/beat    its modification time is the last heartbeat; AGE is its seconds by the clock of this host
#   lock.guard   is locked with flock while the lock is taken or released
#   lock.new     the next lock, renamed once it is complete
#   lock.old     the last lock, renamed so that it is gone as a whole
#
# state      lock/  AGE          commands of its holder  take                       take with force
# free       no                                          `taken`                    `taken`
# held       yes    60 or less   none                    `held AGE OWNER`           `taken`
# held       yes    60 or less   running                 `held AGE OWNER`           `busy AGE OWNER`
# busy       yes    above 60     running                 `busy AGE OWNER`           `busy AGE OWNER`
# abandoned  yes    above 60     none                    `taken`                    `taken`
# newer      yes    any          any                     `held AGE OWNER`           `held AGE OWNER`
#
# `newer` means that OWNER has a version above 1: a lock of a later erp-deploy is never taken over. An OWNER without a
# version is of an earlier one. `look` prints `free` or `held AGE OWNER`. `release` waits up to 10 s for commands of the
# holder. If one still runs then, after its connection was lost, the lock is kept until it can be taken over.
main() {
  guard() {
    umask 077
    mkdir -p -- "$folder" && cd -- "$folder" || exit 1
    exec 9>lock.guard
    flock -w 10 9 || {
      echo "another process holds lock.guard" >&2
      exit 1
    }
  }
  # Succeeds if no command of the holder runs. Keeps the flock, so that none can start before the token is replaced.
  is_idle() {
    exec 8<lock/token && flock -x "$@" 8
  }
  is_newer() {
    case $(cat lock/owner 2>/dev/null) in
      '{"v":1,'*) return 1 ;;
      '{"v":'*) return 0 ;;
      *) return 1 ;;
    esac
  }
  print_owner() {
    printf '%s %s ' "$1" "$age"
    cat lock/owner
    exit 0
  }
  remove() {
    rm -rf lock.old && mv -T lock lock.old
  }

  take() {
    guard
    force=$3
    # Another rollout may have taken the lock since HOLDER was found to have ended.
    if [ -n "$4" ] && [ "$(cat lock/owner 2>/dev/null)" != "$4" ]; then force=; fi
    if [ -d lock ]; then
      age=$(($(date +%s) - $(stat -c %Y lock/beat 2>/dev/null || echo 0)))
      if is_newer; then print_owner held; fi
      if [ "$age" -le 60 ] && [ "$force" != force ]; then print_owner held; fi
      if [ -e lock/token ] && ! is_idle -n; then print_owner busy; fi
    fi
    rm -rf lock.new && mkdir lock.new || exit 1
    printf %s "$1" >lock.new/token && printf %s "$2" >lock.new/owner && : >lock.new/beat || exit 1
    if [ -d lock ]; then remove || exit 1; fi
    mv -T lock.new lock && rm -rf lock.old && echo taken
  }

  look() {
    if cd -- "$folder" 2>/dev/null && owner=$(cat lock/owner 2>/dev/null) &&
      beat=$(stat -c %Y lock/beat 2>/dev/null); then
      printf 'held %s %s' "$(($(date +%s) - beat))" "$owner"
    else
      echo free
    fi
  }

  beat() {
    cd -- "$folder" && [ "$(cat lock/token)" = "$1" ] && touch lock/beat
  }

  release() {
    # Wait before taking the guard, and in a subshell: keeping the flock would prevent others from taking the lock.
    if cd -- "$folder" 2>/dev/null && [ -e lock/token ]; then (is_idle -w 10); fi
    guard
    if [ "$(cat lock/token 2>/dev/null)" = "$1" ] && is_idle -n; then remove && rm -rf lock.old; fi
  }

  action=$1 folder=$2
  shift 2
  case $action in
    take) take "$1" "$2" "${3-}" "${4-}" ;;
    look) look ;;
    beat) beat "$1" ;;
    release) release "$1" ;;
    *) exit 64 ;;
  esac
}
main "$@"
