#!/bin/sh
# Prints how much room a machine has (Linux): two lines of df(1) in kB under their heading, for a folder ($1, absolute)
# and for where its engine keeps images and containers, then the lines of proc_meminfo(5) about memory. If the folder
# does not exist yet, its disk is that of the nearest folder above it.
main() {
  set -eu
  folder=$1
  while [ ! -d "$folder" ]; do folder=$(dirname -- "$folder"); done
  images=$(docker info --format '{{.DockerRootDir}}')
  # An engine on another machine keeps its images there.
  [ -e "$images" ] || images=$folder
  LC_ALL=C df -Pk -- "$folder" "$images"
  grep -E '^(MemTotal|MemAvailable|SwapFree):' /proc/meminfo
}
main "$@"
