#!/bin/sh
# Stores a script by its checksum, and runs it from there: it may start what has to outlive this connection.
#
#   $1      the folder, which must exist
#   $2, $3  how many bytes the script has, and its SHA-256; it comes on standard input
#   $4, ...   its arguments
#
# state of the file    left by                                             next time
# none                 a connection that was cut before                    stored
# SHA256.new           one that was cut in the middle, or a power cut      overwritten
# SHA256.sh            one that arrived as a whole, flushed to the disk    overwritten with the same
main() {
  set -eu
  umask 077
  folder=$1 bytes=$2 sum=$3
  shift 3
  dd bs=1 count="$bytes" >"$folder/$sum.new" 2>/dev/null
  if [ "$(sha256sum <"$folder/$sum.new" | cut -c 1-64)" != "$sum" ]; then
    rm -f -- "$folder/$sum.new"
    echo 'the script to store did not arrive as a whole' >&2
    exit 65
  fi
  sync "$folder/$sum.new" 2>/dev/null || sync
  mv -f -- "$folder/$sum.new" "$folder/$sum.sh"
  sync "$folder" 2>/dev/null || sync
  exec /bin/sh "$folder/$sum.sh" "$@"
}
main "$@"
