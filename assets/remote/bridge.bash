#!/bin/bash
# Connects standard input and output to a TCP port, by /dev/tcp of bash (bash(1), REDIRECTION).
#
#   $0   a marker, printed with `ready` when the connection is open
#   $1   the host; empty for the machine's own name
#   $2   the port
#
# Ends with 7 if nothing listens on the port. When either side closes, both `cat` processes end, and then bash. None of
# them may be left behind: in a container, PostgreSQL is process 1 and inherits it. If a signal then ends this unknown
# child, PostgreSQL takes that for a crash and restarts the whole database (tried with
# pgvector/pgvector:0.8.6-pg17-bookworm). For the same reason the `cat` processes ignore SIGPIPE, and bash traps
# SIGTERM.
main() {
  exec 2>/dev/null
  trap '' PIPE
  trap : TERM INT HUP
  host=$1
  [ -n "$host" ] || host=$HOSTNAME
  exec 3<>"/dev/tcp/$host/$2" 4<&0 || exit 7
  printf '%s ready\n' "$0"
  cat <&3 &
  cat <&4 >&3 &
  wait -n
  # shellcheck disable=SC2046 # Each process id is a word.
  kill $(jobs -p)
  wait
}
main "$@"
