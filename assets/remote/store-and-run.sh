#!/bin/sh
# Stores a script in a file named by its checksum, and runs it from there. It may start a job that outlives the
# connection.
#
#   $1      the folder, which must exist
#   $2, $3  the size of the script in bytes, and its SHA-256; the script is read from standard input
#   $4, ...   its arguments
#
# state of the file    left by                                             next time
# none                 a connection that was lost before                   stored
# SHA256.new           an interrupted transfer, or a power cut             overwritten
# SHA256.sh            a complete transfer, flushed to the disk            overwritten with the same content
main() {
  set -eu
  umask 077
  folder=$1 bytes=$2 sum=$3
  shift 3
  dd bs=1 count="$bytes" >"$folder/$sum.new" 2>/dev/null
  if [ "$(sha256sum <"$folder/$sum.new" | cut -c 1-64)" != "$sum" ]; then
    rm -f -- "$folder/$sum.new"
    echo 'the script to store was not received completely' >&2
    exit 65
  fi
  sync "$folder/$sum.new" 2>/dev/null || sync
  mv -f -- "$folder/$sum.new" "$folder/$sum.sh"
  sync "$folder" 2>/dev/null || sync
  exec /bin/sh "$folder/$sum.sh" "$@"
}
main "$@"
