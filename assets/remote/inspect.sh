#!/bin/sh
# Answers any number of questions about a host at once. It changes nothing.
#
#   inspect.sh QUESTION...   each is one argument: its words, quoted for a shell
#
# question                      answer
# run FOLDER INPUT COMMAND...   `ran`, what it printed to stdout with a newline and its exit code, and what it printed to
#                               stderr; `missing` if there is no such program; or a reason
# look PATH                     `file MODE SIZE`, `directory MODE` (octal), `other WHAT`, `absent`, or a reason
# read PATH                     `ok` and the bytes of the file, or a reason
# hash PATH                     `ok` and its SHA-256, or a reason
# list PATH                     `ok` and the names in a directory, a NUL after each, none if it does not exist; or a reason
#
# An answer is one line, in the order of the questions; bytes are in base64. A reason is a name of errno(3). The questions
# are answered side by side: each is a stage of one pipeline, and passes on the answers of the stages before it.
main() {
  LC_ALL=C
  export LC_ALL
  encode() { base64 | tr -d '\n'; }
  all() {
    if [ $# -eq 0 ]; then
      cat
    else
      question "$1" | {
        shift
        all "$@"
      }
    fi
  }
  question() {
    answer=$(
      exec 4>&1
      eval "$1" </dev/null
    )
    cat
    printf '%s\n' "$answer"
  }
  # Why nothing is found at a path, or a file there cannot be read.
  reason() {
    at=$1
    while [ ! -e "$at" ] && [ "$at" != / ]; do at=$(dirname -- "$at") || at=/; done
    if [ "$at" = "$1" ]; then
      if [ -d "$at" ] && [ -r "$at" ] && [ -x "$at" ]; then echo EISDIR; else echo EACCES; fi
    elif [ ! -d "$at" ]; then
      echo ENOTDIR
    elif [ ! -x "$at" ]; then
      echo EACCES
    else
      echo ENOENT
    fi
  }
  run() {
    folder=$1 input=$2
    shift 2
    if ! cd -- "$folder" 2>/dev/null; then
      reason "$folder"
      return
    fi
    case $1 in
      */*) [ -x "$1" ] && [ ! -d "$1" ] ;;
      *) command -v "$1" >/dev/null 2>&1 ;;
    esac || {
      echo missing
      return
    }
    printf 'ran '
    errors=$(
      {
        {
          printf %s "$input" | (exec "$@")
          printf '\n%s' "$?"
        } | encode >&4
      } 2>&1
    )
    printf ' %s' "$(printf %s "$errors" | encode)"
  }
  look() {
    if [ -f "$1" ]; then
      stat -L -c 'file %a %s' -- "$1"
    elif [ -d "$1" ]; then
      stat -L -c 'directory %a' -- "$1"
    elif [ -e "$1" ]; then
      echo 'other neither a file nor a directory'
    elif [ -L "$1" ]; then
      echo 'other a broken symbolic link'
    else
      case $(reason "$1") in
        ENOENT) echo absent ;;
        ENOTDIR) echo 'other inside a path that is not a directory' ;;
        *) echo EACCES ;;
      esac
    fi
  }
  read() {
    if [ -r "$1" ] && [ ! -d "$1" ]; then printf 'ok %s' "$(encode <"$1")"; else reason "$1"; fi
  }
  hash() {
    if [ -r "$1" ] && [ ! -d "$1" ]; then printf 'ok %s' "$(sha256sum <"$1" | encode)"; else reason "$1"; fi
  }
  list() {
    if [ -d "$1" ] && [ -r "$1" ] && [ -x "$1" ]; then
      printf 'ok %s' "$(cd -- "$1" && find . -mindepth 1 -maxdepth 1 -exec printf '%s\0' {} + | encode)"
    elif [ "$(look "$1")" = absent ]; then
      echo 'ok '
    elif [ -e "$1" ] && [ ! -d "$1" ]; then
      echo ENOTDIR
    else
      reason "$1"
    fi
  }
  all "$@" </dev/null
}
main "$@"
