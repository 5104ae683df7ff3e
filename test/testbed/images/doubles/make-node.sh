#!/usr/bin/env bash
# make-node.sh FOLDER: Node with the libraries that it needs, and nothing that a health check could mistake for a
# shell: the real images have none, so CMD-SHELL must fail here too. Bash is there under another name, for the
# commands in front of the programs.
set -euo pipefail
folder=$1
here=$(dirname "$0")
export WITHOUT='debianutils|mawk|dash|gcc-.*'
bash "$here/../../debian/unpack.sh" "$folder" trixie libstdc++6 bash
install -d "$folder/opt/double"
mv "$folder/usr/bin/bash" "$folder/opt/double/bash"
find "$folder"/usr/{bin,sbin} -mindepth 1 -delete
rm -rf "$folder"/usr/share "$folder"/usr/lib/*-linux-gnu/gconv
install -m 755 "$here/../../../../node_modules/node/bin/node" "$folder/opt/double/node"
