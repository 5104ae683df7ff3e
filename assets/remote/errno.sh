#!/bin/sh
# Prints why nothing can be created or changed at a path ($1), as errno(3) names it, judging from the file system.
#
# prints   if the folder of the path                and the path
# ENOENT   does not exist
# ENOTDIR  is not a directory, or is inside a file
# EACCES   is not writable
# EISDIR   is writable                              is a directory
# ENOENT   is writable                              does not exist
# EEXIST   is writable                              is anything else
main() {
  folder=$(dirname -- "$1")
  if [ ! -e "$folder" ]; then
    while [ ! -e "$folder" ]; do folder=$(dirname -- "$folder"); done
    if [ -d "$folder" ]; then echo ENOENT; else echo ENOTDIR; fi
  elif [ ! -d "$folder" ]; then
    echo ENOTDIR
  elif [ ! -w "$folder" ] || [ ! -x "$folder" ]; then
    echo EACCES
  elif [ -d "$1" ]; then
    echo EISDIR
  elif [ ! -e "$1" ] && [ ! -L "$1" ]; then
    echo ENOENT
  else
    echo EEXIST
  fi
}
main "$@"
