#!/usr/bin/env bash
# make.sh FOLDER: Debian 13 with an engine, compose v2, an SSH server, and a user `david` who may use the engine.
# libstdc++ is for the Node that tests bring.
set -euo pipefail
folder=$1
bash "$(dirname "$0")/../../debian/system.sh" "$folder" trixie \
  docker.io docker-cli docker-compose openssh-server iproute2 iptables procps ca-certificates libstdc++6
chroot "$folder" useradd --create-home --shell /bin/bash --groups docker david
chroot "$folder" install -d -m 700 -o david -g david /home/david/.ssh
chroot "$folder" install -d -o david -g david /home/david/services
# Each machine makes its own keys.
rm -f "$folder"/etc/ssh/ssh_host_*
# Debian gives v2 the name of v1.
rm -f "$folder"/usr/bin/{docker-compose,ctr,containerd-stress}
