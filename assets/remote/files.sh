#!/bin/sh
# Replaces a file atomically: the new content is in a temporary file beside it, which is renamed.
#
#   files.sh place TEMPORARY TARGET SHA256        for a TEMPORARY that was uploaded: its content must have this checksum
#   files.sh copy TEMPORARY TARGET SOURCE MODE    only its owner can read TEMPORARY until it has MODE (octal)
main() {
  action=$1 temporary=$2 target=$3
  folder=$(dirname -- "$target")
  # Remove temporary files of earlier, interrupted uploads. Nothing else writes, because the writer holds the host's
  # lock.
  find "$folder" -maxdepth 1 -name "$(basename -- "$target").erp-deploy-*.tmp" \
    ! -name "$(basename -- "$temporary")" -delete 2>/dev/null
  case $action in
    place) [ "$(sha256sum <"$temporary" | cut -c 1-64)" = "$4" ] ;;
    copy)
      umask 077
      cat <"$4" >"$temporary" && chmod "$5" "$temporary" && { sync -- "$temporary" 2>/dev/null || sync; }
      ;;
    *) exit 64 ;;
  esac || exit 1
  # Flush the folder as well, so that the new name survives a power cut.
  mv -fT -- "$temporary" "$target" && { sync -- "$folder" 2>/dev/null || sync; }
}
main "$@"
