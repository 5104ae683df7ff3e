#!/bin/sh
# Prints the name and the labels of each running container: two JSON values on one line. A container may be removed
# between the two commands, so they are tried three times.
main() {
  for _ in 1 2 3; do
    ids=$(docker container ls --quiet --no-trunc) || exit
    [ -n "$ids" ] || exit 0
    # shellcheck disable=SC2086 # Each id is a word.
    if labels=$(docker container inspect --format '{{json .Name}} {{json .Config.Labels}}' $ids); then
      printf '%s\n' "$labels"
      exit 0
    fi
  done
  exit 1
}
main "$@"
