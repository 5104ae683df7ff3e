#!/usr/bin/env bash
# make.sh FOLDER: PostgreSQL 17 and pgvector of Debian 13, laid out as the official image is.
set -euo pipefail
folder=$1
here=$(dirname "$0")
# Perl is for Debian's own management of clusters, LLVM (130 MB) for the JIT that a server this small has no use for.
export WITHOUT='perl.*|lib.*perl.*|libllvm.*|libz3.*|postgresql-.*common.*|ssl-cert|ucf|adduser|debconf.*|sensible-utils'
bash "$here/../../debian/unpack.sh" "$folder" trixie postgresql-17 postgresql-17-pgvector locales \
  bash coreutils findutils gzip sed grep procps util-linux

# What the packages' scripts would have done.
cp "$folder/usr/share/base-passwd/passwd.master" "$folder/etc/passwd"
cp "$folder/usr/share/base-passwd/group.master" "$folder/etc/group"
cp "$folder/usr/share/libc-bin/nsswitch.conf" "$folder/etc/nsswitch.conf"
rm -rf "$folder/var/run"
ln -s /run "$folder/var/run"
ln -sf bash "$folder/usr/bin/sh"
chroot "$folder" ldconfig
# The official image sorts by it.
chroot "$folder" localedef -i en_US -c -f UTF-8 -A /usr/share/locale/locale.alias en_US.UTF-8

# As in the official image: this number is the owner of the data folder on the host.
echo 'postgres:x:999:999::/var/lib/postgresql:/bin/bash' >>"$folder/etc/passwd"
echo 'postgres:x:999:' >>"$folder/etc/group"
install -d -o 999 -g 999 "$folder/var/lib/postgresql" "$folder/run/postgresql"
install -d -o 999 -g 999 -m 1777 "$folder/var/lib/postgresql/data"
install -d "$folder/docker-entrypoint-initdb.d"
sed -ri "s/^#?listen_addresses\s*=\s*\S+/listen_addresses = '*'/" "$folder/usr/share/postgresql/17/postgresql.conf.sample"

# A JIT without its library is an error at the first costly query; without both there is none.
rm -rf "$folder"/usr/lib/postgresql/17/lib/{bitcode,llvmjit*}
rm -rf "$folder"/usr/share/{i18n,locale,zoneinfo/right} "$folder"/usr/lib/*-linux-gnu/gconv
