#!/bin/sh
# Runs ssh on this machine until its standard input ends, which erp-deploy holds open: so ssh ends with erp-deploy, even
# if that is killed.
#
#   $1        the folder of the connection, which is removed at the end
#   $2, ...   ssh with its arguments
#
# It exits with the exit code of ssh.
main() {
  folder=$1
  shift
  exec 3<&0
  "$@" </dev/null 3<&- &
  ssh=$!
  {
    cat <&3
    kill "$ssh"
  } >/dev/null 2>&1 &
  watcher=$!
  exec 3<&-
  wait "$ssh"
  code=$?
  kill "$watcher" 2>/dev/null
  rm -rf -- "$folder"
  exit "$code"
}
main "$@"
