#!/bin/bash
# Connects standard input and output to a TCP port, by /dev/tcp of bash (bash(1), REDIRECTION).
#
#   $0   a marker: it is printed with `ready` once the connection is open
#   $1   the host; empty for the machine's own name
#   $2   the port
#
# Ends with 7 if nothing listens there. When either side ends, both copies do, and bash after them. It must not leave
# one behind: in a container, PostgreSQL is process 1 and inherits it, and takes the end of an unknown child by a signal
# for a crash of its own, upon which it restarts the whole database (tried, on pgvector/pgvector:0.8.6-pg17-bookworm).
# For the same reason the copies ignore SIGPIPE, and bash outlives a signal to end.
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
