#!/bin/sh
# Changes files and folders, each as a whole or not at all, and only if it is still as it was confirmed.
#
#   files.sh STAGE CHANGE...   each CHANGE is one argument: its words, quoted for a shell
#
# write BEFORE PATH MODE NAME SHA256 OFFSET LENGTH   the content is so many bytes of standard input, and must have this
#                                                    checksum; OFFSET counts from 1
# copy BEFORE PATH MODE NAME SOURCE
# folder BEFORE PATH                                 with the folders above it
# mode BEFORE PATH MODE
# remove BEFORE PATH                                 with everything in it
# remove-folder BEFORE PATH
# move BEFORE PATH TARGET                            BEFORE is about the target
#
# The changes are made in order, up to the first that is refused. If there is more than one, STAGE is the path of a file
# for standard input, which only its owner can read, and which is removed at the end; otherwise it is empty.
#
# BEFORE is `any`, `absent`, `empty` (a folder) or a SHA-256. MODE is octal. NAME makes the name of the temporary file
# unique; only its owner can access it until it is complete. A link is followed: its target is replaced.
#
# exit code  meaning
# 0          done, and flushed to the disk
# 1          a change was refused; prints why, as a name of errno(3), and the number of changes before it
# 3          the path of a change is not as it was confirmed; prints the number of changes before it
main() {
  stage=$1
  shift
  flush() { sync -- "$1" 2>/dev/null || sync -f -- "$1"; }
  sum() { sha256sum <"$1" | cut -c 1-64; }
  # Prints why nothing can be created or changed at a path, judging from the file system: messages differ.
  reason() {
    folder=$(dirname -- "$1")
    at=$folder
    # Without dirname, the loop must end, too.
    while [ -n "$at" ] && [ ! -e "$at" ]; do at=$(dirname -- "$at") || at=; done
    disk "$at" && return
    if [ ! -e "$folder" ]; then
      if [ -d "$at" ]; then echo ENOENT; else echo ENOTDIR; fi
    elif [ ! -d "$folder" ]; then
      echo ENOTDIR
    elif [ ! -w "$folder" ] || [ ! -x "$folder" ]; then
      echo EACCES
    elif [ -d "$1" ]; then
      if [ "$action" = remove-folder ]; then echo ENOTEMPTY; else echo EISDIR; fi
    elif [ ! -e "$1" ] && [ ! -L "$1" ]; then
      echo ENOENT
    else
      echo EEXIST
    fi
  }
  # Succeeds if the disk of a path is read-only or full.
  disk() {
    mount=$(df -Pk -- "$1" 2>/dev/null | sed -n '$s/^.*% *//p')
    found=''
    while read -r _ point _ options _; do
      # proc_mounts(5) writes a space as \040.
      if [ "$(printf %b "$point")" = "$mount" ]; then found=$options; fi
    done </proc/mounts
    case ,$found, in *,ro,*)
      echo EROFS
      return
      ;;
    esac
    case $(stat -f -c '%a %c %d' -- "$1" 2>/dev/null) in
      '0 '* | *' '[1-9]*' 0') echo ENOSPC ;;
      *) return 1 ;;
    esac
  }
  assert_before() {
    case $before in
      any) ;;
      absent) [ ! -e "$1" ] && [ ! -L "$1" ] ;;
      empty) [ -d "$1" ] && [ -z "$(ls -A -- "$1")" ] ;;
      *) [ -f "$1" ] && [ "$(sum "$1")" = "$before" ] ;;
    esac || {
      [ -z "$temporary" ] || rm -f -- "$temporary"
      exit 3
    }
  }
  refuse() {
    reason "$1"
    [ -z "$temporary" ] || rm -f -- "$temporary"
    exit 1
  }
  # Makes the content with a command, and puts it in its place.
  place() {
    mode=$1 name=$2
    shift 2
    if [ -L "$path" ] && [ -e "$path" ]; then path=$(readlink -f -- "$path"); fi
    folder=$(dirname -- "$path")
    # Remove temporary files of earlier, interrupted writes. Nothing else writes: the writer holds the host's lock.
    find "$folder" -maxdepth 1 -name "$(basename -- "$path").erp-deploy-*.tmp" -delete 2>/dev/null
    umask 077
    temporary=$path.erp-deploy-$name.tmp
    "$@" 2>/dev/null >"$temporary" || refuse "$path"
    { chmod "$mode" "$temporary" && flush "$temporary"; } || refuse "$path"
    assert_before "$path"
    # Flush the folder as well, so that the new name survives a power cut.
    { mv -fT -- "$temporary" "$path" && flush "$folder"; } || refuse "$path"
  }
  # Copies a part of standard input. Fails if its checksum is another one: the stream was cut.
  # shellcheck disable=SC2317 # `place` calls it.
  received() {
    if [ -n "$stage" ]; then
      tail -c "+$offset" -- "$stage" | head -c "$length"
    else
      cat
    fi && [ "$(sum "$temporary")" = "$checksum" ]
  }
  change() {
    action=$1 before=$2 path=$3 temporary=''
    shift 3
    case $action in
      write)
        checksum=$3 offset=$4 length=$5
        place "$1" "$2" received
        ;;
      copy) place "$1" "$2" cat -- "$3" ;;
      move)
        assert_before "$1"
        { mv -fT -- "$path" "$1" && flush "$(dirname -- "$1")"; } || refuse "$path"
        ;;
      *)
        assert_before "$path"
        case $action in
          folder) mkdir -p -- "$path" && flush "$(dirname -- "$path")" ;;
          mode) chmod "$1" -- "$path" ;;
          remove) rm -rf -- "$path" ;;
          remove-folder) rmdir -- "$path" ;;
          *) exit 64 ;;
        esac 2>/dev/null || refuse "$path"
        ;;
    esac
  }

  done=0 code=0 temporary='' action=write
  if [ -n "$stage" ]; then
    # Remove those of earlier, interrupted runs.
    rm -f -- "$(dirname -- "$stage")"/stage-*
    (umask 077 && cat >"$stage") 2>/dev/null || code=1
  fi
  if [ "$code" = 0 ]; then
    for one; do
      (
        eval "set -- $one"
        change "$@"
      )
      code=$?
      [ "$code" = 0 ] || break
      done=$((done + 1))
    done
  else
    reason "$stage"
  fi
  [ -z "$stage" ] || rm -f -- "$stage"
  [ "$code" = 0 ] || echo "$done"
  exit "$code"
}
main "$@"
