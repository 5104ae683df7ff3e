#!/bin/sh
# Prints why nothing can be created or changed at a path ($1), as errno(3) names it, as far as the file system shows.
#
# prints   if the folder of the path     and the path
# ENOENT   does not exist
# ENOTDIR  is below something that is no folder, or is none
# EACCES   may not be written
# EISDIR   may be written                is a folder
# ENOENT   may be written                does not exist
# EEXIST   may be written                is anything else
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
