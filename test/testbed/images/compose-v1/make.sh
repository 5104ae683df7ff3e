#!/usr/bin/env bash
# make.sh FOLDER: compose v1 of Debian 12, the last that had it, in opt/compose-v1, with a Python of its own.
set -euo pipefail
here=$(dirname "$0")
home=$1/opt/compose-v1
export WITHOUT='debconf|dpkg|openssl|gcc-.*'
bash "$here/../../debian/unpack.sh" "$home/debian" bookworm docker-compose
install -m 755 "$here/docker-compose" "$home/docker-compose"
