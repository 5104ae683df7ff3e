#!/usr/bin/env bash
# system.sh FOLDER SUITE PACKAGE...
# Makes the folder an installed and configured Debian system with these packages.
set -euo pipefail
folder=$1 suite=$2
shift 2
options=(--mode=root --format=directory --variant=essential --aptopt='APT::Install-Recommends "false"')
# What is left by a crash is thrown away: nothing need be forced onto the disk. Manuals are not needed here.
options+=(--dpkgopt=force-unsafe-io)
for unread in doc man info locale i18n; do options+=("--dpkgopt=path-exclude=/usr/share/$unread/*"); done
mirror=$(bash "$(dirname "$0")/mirror.sh")
keys=/usr/share/keyrings/debian-archive-keyring.gpg
mmdebstrap --quiet "${options[@]}" --keyring="$keys" --include="$*" "$suite" "$folder" "$mirror"
rm -rf "$folder"/dev/*
