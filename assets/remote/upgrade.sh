#!/bin/sh
# The upgrade of a database in a container to another major version of PostgreSQL, in the folder of its compose file.
#
#   upgrade.sh copy CONTAINER USER IMAGE SETTING...     copies everything into a new server; prints `port NUMBER`
#   upgrade.sh discard IMAGE                            removes the copy
#   upgrade.sh switch CONTAINER USER DATABASE KEPT SQL  makes the copy the database
#   upgrade.sh finish                                   ends the switch
#
# copy runs a server of the new version in the container erp-deploy-upgrade, on a folder of its own, without the network
# of the deployment, and fills it from the running server. Only its caller prevents writes meanwhile. SETTINGs are
# arguments of the new server.
#
# file or folder   state
# data             the database: the old one, and after the switch the new one
# data.upgrade     the copy; discarded by the next run, unless the switch has begun
# data.switch      the switch has begun, and has to be completed; contains KEPT
# KEPT             the old database after the switch
#
# Until data.switch exists, the old database is unchanged, and nothing uses the copy. SQL runs in the copy before that.
main() {
  set -eu
  # Names the sessions of PostgreSQL's programs in its log.
  export PGAPPNAME='erp-deploy upgrade'
  action=$1
  shift
  copy_container=erp-deploy-upgrade

  # Reports progress until the script ends: a command on a server is ended if it prints nothing for too long.
  report() {
    trap '[ -z "${!-}" ] || kill "$!"; exit' TERM
    i=0
    while kill -s 0 "$$" 2>/dev/null; do
      sleep 1 &
      wait "$!" || :
      i=$((i + 1))
      [ $((i % 20)) != 0 ] || echo "copying the database for $i s" >&2
    done
  }

  old() { docker exec -i -e PGAPPNAME -e PGUSER="$user" "$container" "$@"; }
  new() { docker exec -i -e PGAPPNAME -e PGUSER="$user" "$copy_container" "$@"; }

  # The folder belongs to the user of the image: only a container may remove it.
  discard() {
    docker container rm --force --volumes "$copy_container" >/dev/null 2>&1 || :
    [ ! -e data.upgrade ] ||
      docker run --rm --network none --volume "$PWD:/deployment" --entrypoint rm "$1" -rf /deployment/data.upgrade
  }

  refuse_after_switch() {
    [ ! -e data.switch ] || {
      echo 'the switch has begun' >&2
      exit 1
    }
  }

  room_for_copy() {
    need=$(old psql -XAtqd postgres -c 'select sum(pg_database_size(oid))::bigint / 1024 from pg_database' </dev/null)
    free=$(df -Pk . | awk 'NR == 2 { print $4 }')
    [ "$free" -lt "$need" ] || return 0
    echo "not enough disk space for a copy: $need kB needed, $free kB free" >&2
    exit 1
  }

  # Over TCP: during the initialisation a temporary server accepts connections only on the socket.
  start_copy() {
    POSTGRES_PASSWORD=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
    export POSTGRES_PASSWORD
    docker run --detach --pull never --name "$copy_container" --publish 127.0.0.1::5432 --shm-size 64m \
      --env POSTGRES_PASSWORD --env POSTGRES_USER="$user" --env POSTGRES_DB=postgres \
      --env PGDATA=/var/lib/postgresql/data --volume "$PWD/data.upgrade:/var/lib/postgresql/data" \
      "$image" postgres "$@" >/dev/null
    i=0
    until new pg_isready -q -h 127.0.0.1 -d postgres </dev/null; do
      i=$((i + 1))
      if [ "$i" -gt 300 ] || [ "$(docker container inspect --format '{{.State.Running}}' "$copy_container")" != true ]; then
        docker container logs --tail 10 "$copy_container" >&2
        echo "the new server did not start" >&2
        exit 1
      fi
      sleep 1
    done
  }

  # The role of the cluster exists in the copy; everything after the roles is left as it is. Only a dump that is
  # complete is followed by the word that ends the copy.
  fill_copy() {
    output=$({
      old pg_dumpall --no-password </dev/null && printf '%s\n' '\connect postgres' "select 'copied';"
    } |
      LC_ALL=C sed "1,/^\\\\connect/{/^CREATE ROLE \"\\{0,1\\}$user\"\\{0,1\\};\$/d;}" |
      new psql -XqAt -v ON_ERROR_STOP=1 --no-password -d postgres | tail -n 1)
    if [ "$output" != copied ]; then
      echo 'the copy is incomplete' >&2
      exit 1
    fi
    new vacuumdb --all --analyze-only --quiet --no-password </dev/null
  }

  copy() {
    container=$1 user=$2 image=$3
    shift 3
    refuse_after_switch
    umask 077
    report &
    reporter=$!
    trap 'kill "$reporter" 2>/dev/null || :' EXIT
    trap 'exit 129' HUP INT TERM
    discard "$image"
    room_for_copy
    start_copy "$@"
    fill_copy
    # shellcheck disable=SC2016 # The shell in the container replaces it.
    old sh -c 'sed -n "s/^\([a-z_.]*\) = .*/not copied: \1, which ALTER SYSTEM set/p" "$PGDATA/postgresql.auto.conf"' </dev/null
    echo "port $(docker container port "$copy_container" 5432/tcp | sed -n '1s/.*://p')"
  }

  # If the caller's session was lost, rows may have been written that are not in the copy.
  held() {
    sql="select count(*) > 0 from pg_locks l join pg_stat_activity a on a.pid = l.pid where l.locktype = 'relation'
      and l.mode = 'ShareLock' and l.granted and a.application_name = 'erp-deploy' and a.datname = current_database()"
    [ "$(old psql -XAtqd "$database" -c "$sql" </dev/null)" = t ] || {
      echo 'the connection that kept others from writing was lost' >&2
      exit 1
    }
  }

  switch() {
    container=$1 user=$2 database=$3 kept=$4 sql=$5
    if [ ! -e data.switch ]; then
      printf '%s\n' "$sql" | new psql -Xq -v ON_ERROR_STOP=1 --no-password -d "$database"
      docker container stop --time 120 "$copy_container" >/dev/null
      [ "$(docker container inspect --format '{{.State.ExitCode}}' "$copy_container")" = 0 ]
      docker container rm "$copy_container" >/dev/null
      sync
      held
      printf '%s\n' "$kept" >data.switch.part
      sync data.switch.part 2>/dev/null || sync
      mv data.switch.part data.switch
      sync . 2>/dev/null || sync
    fi
    kept=$(cat data.switch)
    if docker container inspect "$container" >/dev/null 2>&1 && [ ! -e "$kept" ]; then
      docker container stop --time 120 "$container" >/dev/null
      docker container rm "$container" >/dev/null
    fi
    # A data folder that a rollout made meanwhile is empty, and replaced.
    [ -e "$kept" ] || mv -T data "$kept"
    [ ! -e data.upgrade ] || mv -T data.upgrade data
    sync . 2>/dev/null || sync
    echo "kept $kept"
  }

  finish() {
    rm -f data.switch
    sync . 2>/dev/null || sync
  }

  case $action in
    copy) copy "$@" ;;
    discard) refuse_after_switch && discard "$1" ;;
    switch) switch "$@" ;;
    finish) finish ;;
    *) exit 64 ;;
  esac
}
main "$@"
