#!/bin/sh
# Starts a command for a connection over SSH, in a folder, if it may run.
#
#   $0      a marker: the login shell may have printed anything before it
#   $1      the folder
#   $2, $3  the token file of the lock and the token that it must hold; both empty for a command that changes nothing
#   $4      `none` if the command reads nothing, `sent` if it reads what is sent
#   $5, ...   the command
#
# It prints the marker to stderr, and to stdout the marker with one of these, so that no message has to be read:
#
# stdout                 exit code      meaning
# ready PID              the command's  the command runs, as the leader of a process group
# ready PID              179            the lock has another token, or was not free for 10 s: the command did not run
# missing                127            there is no such program
# ENOENT ENOTDIR EACCES  1              the folder cannot be entered
#
# The command shares a flock on the token file while it runs: a rollout that takes over waits for that.
main() {
  printf '%s\n' "$0" >&2
  LC_ALL=C
  export LC_ALL
  if ! cd -- "$1" 2>/dev/null; then
    if [ -d "$1" ]; then
      reason=EACCES
    elif [ -e "$1" ]; then
      reason=ENOTDIR
    else
      reason=ENOENT
    fi
    printf '%s %s\n' "$0" "$reason"
    exit 1
  fi
  file=$2 token=$3 input=$4
  shift 4
  case $1 in
    */*) [ -x "$1" ] && [ ! -d "$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac || {
    printf '%s missing\n' "$0"
    exit 127
  }
  printf '%s ready %s\n' "$0" "$$"
  if [ "$input" = none ]; then exec </dev/null; fi
  if [ -n "$file" ]; then
    [ -r "$file" ] && exec 8<"$file" && flock -s -w 10 8 && [ "$(cat -- "$file" 2>/dev/null)" = "$token" ] || exit 179
  fi
  exec "$@"
}
main "$@"
