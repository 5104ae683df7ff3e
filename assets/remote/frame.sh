#!/bin/sh
# Waits for one command of an SSH connection, and runs it in a folder, if the lock permits it. It is started before there
# is a command, because opening a channel and starting a shell on it takes two round trips.
#
#   $0      a marker that precedes the output, because the login shell may print something first
#
# It reads a line with a number of bytes, and then so many bytes: these arguments, quoted for a shell. If they do not
# arrive completely, nothing runs. The rest of its input is left to the command.
#
#   $1      the folder
#   $2, $3  the token file of the lock and the token that it must hold; both empty for a command that changes nothing
#   $4      `none` if the command's input is empty, `sent` if it reads what is sent
#   $5, ...   the command
#
# It prints the marker to stderr, and the marker with one of these to stdout, so that no message has to be parsed:
#
# stdout                 exit code      meaning
# waits HOME                            at the start; HOME is the login user's home directory, empty if there is none
# ready PID              the command's  the command runs, as the leader of a process group
# ready PID              179            the lock has another token, or was busy for 10 s: the command did not run
# missing                127            the program does not exist
# ENOENT ENOTDIR EACCES  1              the folder cannot be entered
#                        0              the connection was closed before there was a command
#                        65             the arguments did not arrive completely
#
# The command holds a shared flock on the token file while it runs, which a rollout that takes the lock over waits for.
main() {
  run() {
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

  LC_ALL=C
  export LC_ALL
  printf '%s\n' "$0" >&2
  printf '%s waits %s\n' "$0" "$(cd 2>/dev/null && pwd -P)"
  IFS= read -r length || exit 0
  request=$(dd bs=1 count="$length" 2>/dev/null)
  [ "${#request}" -eq "$length" ] || exit 65
  eval "run $request"
}
main "$@"
