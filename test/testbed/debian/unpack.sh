#!/usr/bin/env bash
# unpack.sh FOLDER SUITE PACKAGE...
# Unpacks packages of a Debian suite, and all that they depend on, into a folder. Nothing is configured and no
# script of a package runs: enough for a program and its libraries, and quicker than a system.
# WITHOUT: a pattern of names; packages that match it whole are left out.
set -euo pipefail
folder=$1 suite=$2
shift 2

# An apt of its own, on a system where nothing is installed yet.
apt=$(mktemp -d)
trap 'rm -rf "$apt"' EXIT
mkdir -p "$apt/lists/partial" "$apt/archives/partial"
: >"$apt/status"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keys] $(bash "$(dirname "$0")/mirror.sh") $suite main" >"$apt/sources.list"
own_apt() {
  apt-get -qq -o Dir::State="$apt" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt" \
    -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o APT::Sandbox::User=root -o APT::Install-Recommends=false -o Acquire::Languages=none "$@"
}
own_apt update
own_apt --yes --download-only install "$@"

mkdir -p "$folder"
# First, for it makes /bin and /lib the links that they are; the others may then go two at a time.
for deb in "$apt"/archives/base-files_*.deb; do [ ! -e "$deb" ] || dpkg-deb --extract "$deb" "$folder"; done
for deb in "$apt"/archives/*.deb; do
  name=$(basename "${deb%%_*}")
  [[ $name =~ ^(${WITHOUT:-})$ ]] || printf '%s\0' "$deb"
done | xargs -0 -P 2 -I{} dpkg-deb --extract {} "$folder"
rm -rf "$folder"/usr/share/{doc,man,info,lintian,bash-completion,bug}
