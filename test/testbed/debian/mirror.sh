#!/usr/bin/env bash
# Prints the address of the Debian mirror that this machine's apt uses, however its sources are written down.
set -euo pipefail
. /etc/os-release
of() { apt-get indextargets --format "\$($1)" 'Component: main' "${@:2}"; }
for mirror in $(of REPO_URI "Release: ${VERSION_CODENAME:-}") $(of REPO_URI 'Label: Debian'); do
  echo "$mirror"
  exit
done
echo 'apt knows no mirror of Debian: see /etc/apt/sources.list' >&2
exit 1
