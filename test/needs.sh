#!/usr/bin/env bash
# What the tests need beside npm's packages: a real PostgreSQL server, Python with asyncpg, a browser, git, tmpfs,
# another user, what the test bed is made with, and other versions of Node. Installs what is missing where it may (Debian, root); else says what to install.
set -euo pipefail

# The Nodes that `test/e2e/web-assembly.test.ts` runs the program on.
nodes="$(dirname "$0")/nodes"
if ! [ -x "$nodes/node_modules/oldest/bin/node" ] || ! npm ls --prefix "$nodes" >/dev/null 2>&1; then
  npm ci --prefix "$nodes" --no-audit --no-fund >/dev/null
fi

missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
for module in asyncpg dotenv; do
  /usr/bin/python3 -c "import $module" 2>/dev/null || python3 -c "import $module" 2>/dev/null || missing+=("python3-$module")
done
[ -x /usr/bin/chromium ] || missing+=(chromium)
need git git
# What the documents' examples ask the API with.
need curl curl
# Certificates.
need openssl openssl
# A pooler between the program and a database.
[ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer)
need setpriv util-linux
need unshare util-linux
need ps procps
need mount mount
# The test bed: an engine, unless one answers, and whatever makes images and machines.
need docker docker-cli
[ -S /var/run/docker.sock ] || need dockerd docker.io
need iptables iptables
need ip iproute2
need mmdebstrap mmdebstrap
need ssh openssh-client
# An SSH server, for the log-in and all that can go wrong with it.
[ -x /usr/sbin/sshd ] || missing+=(openssh-server)

if [ ${#missing[@]} -eq 0 ]; then exit 0; fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need these Debian packages: ${missing[*]}" >&2
  echo "Install them: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# The tests start servers of their own: Debian's default cluster is not wanted.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
apt-get update -qq
# Before Debian 13 the client is a part of docker.io.
if ! apt-cache show docker-cli >/dev/null 2>&1; then missing=("${missing[@]/#docker-cli/docker.io}"); fi
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
