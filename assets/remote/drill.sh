#!/bin/sh
# A restore of a backup into a fresh container of this machine, as a drill.
#
#   drill.sh start NAME IMAGE                      starts an empty server; prints its port on 127.0.0.1
#   drill.sh restore NAME DATABASE ROLES DUMP      makes the roles, and restores the dump into the server
#   drill.sh remove NAME                           removes the container with its data
#
# start takes POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB from its environment, as the image does. A container of
# this name that a killed drill left is removed first.
main() {
  set -eu
  action=$1 name=$2

  start() {
    docker container rm --force --volumes "$name" >/dev/null 2>&1 || :
    # Nothing in it has to survive a crash.
    docker run --detach --name "$name" --publish 127.0.0.1::5432 \
      --env POSTGRES_USER --env POSTGRES_PASSWORD --env POSTGRES_DB \
      "$1" -c fsync=off -c full_page_writes=off >/dev/null
    # The server that the image initializes with listens only on its socket.
    until docker exec "$name" pg_isready --quiet --host 127.0.0.1; do
      if [ "$(docker container inspect --format '{{.State.Running}}' "$name")" != true ]; then
        docker logs "$name" >&2
        exit 1
      fi
      sleep 0.2
    done
    docker container port "$name" 5432/tcp | sed -n '1s/.*://p'
  }

  restore() {
    database=$1
    # Some roles exist already, and others belong to the image.
    # shellcheck disable=SC2016 # The shell in the container replaces it.
    docker exec -i "$name" sh -c 'psql -Xq --username "$POSTGRES_USER" --dbname postgres' <"$2" >/dev/null 2>&1 || :
    # shellcheck disable=SC2016 # The shell in the container replaces it.
    docker exec -i "$name" sh -c 'pg_restore --username "$POSTGRES_USER" --dbname "$0"' "$database" <"$3"
  }

  shift 2
  case $action in
    start) start "$@" ;;
    restore) restore "$@" ;;
    remove) docker container rm --force --volumes "$name" >/dev/null ;;
    *) exit 64 ;;
  esac
}
main "$@"
