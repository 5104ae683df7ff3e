#!/bin/sh
# Prints the free space of a Linux machine: two lines of df(1) in kB with their heading, for a folder ($1, absolute) and
# for the engine's folder of images and containers, then the lines of proc_meminfo(5) about memory. If the folder does
# not exist yet, the nearest existing folder above it is measured.
main() {
  set -eu
  folder=$1
  while [ ! -d "$folder" ]; do folder=$(dirname -- "$folder"); done
  images=$(docker info --format '{{.DockerRootDir}}')
  # If the engine runs on another machine, its folder does not exist here.
  [ -e "$images" ] || images=$folder
  LC_ALL=C df -Pk -- "$folder" "$images"
  grep -E '^(MemTotal|MemAvailable|SwapFree):' /proc/meminfo
}
main "$@"
