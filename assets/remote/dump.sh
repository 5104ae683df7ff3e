#!/bin/sh
# Dumps of a database, with PostgreSQL's own programs.
#
#   dump.sh make SECONDS PROGRAMS... FOLDER KEEP ROLES       dumps the database and its roles into FOLDER; prints the path
#   dump.sh list SECONDS PROGRAMS... FILE                    prints the entries of a dump
#   dump.sh read-back SECONDS PROGRAMS... FILE               reads a dump to its end; fails if it is truncated
#   dump.sh restore SECONDS PROGRAMS... FILE BEFORE AFTER ENTRIES FOLDER ROLES API
#
# SECONDS is the interval of progress reports on stderr: PostgreSQL's programs print nothing while they work, possibly
# for hours, and a command on a server is ended if it prints nothing for too long. PROGRAMS is `environment` for
# programs of this machine, with the server in their environment, or `container NAME USER DATABASE`. KEEP is a dump in
# FOLDER that is never removed, ROLES is an option for pg_dumpall. BEFORE and AFTER are SQL before and after the
# restored entries, in the same transaction. ENTRIES is a regular expression for the lines of the entries to restore.
# FOLDER gets a dump of the present state first; empty for none. API is a container that is stopped meanwhile if it runs,
# and started again whether the restore succeeds or not, so that it writes no rows that are in no dump; empty for none.
#
# file in FOLDER               left by make
# TIME.part, TIME.roles.part   a run that is in progress or was killed; removed by the next run
# TIME.dump, TIME.roles.sql    a run that succeeded: pg_restore read the dump to its end (listing it would not detect that
#                              it is truncated), and it is flushed to the disk; the three newest are kept, and KEEP
#
# restore: AFTER is sent only after pg_restore has succeeded, so a truncated stream contains no commit, and psql then
# leaves the database unchanged.
main() {
  set -eu
  # Names the sessions of PostgreSQL's programs in its log.
  export PGAPPNAME='erp-deploy dump'
  action=$1 seconds=$2 programs=$3
  shift 3
  case $programs in
    environment)
      # A connection service file would override the given server.
      unset PGSERVICE PGSERVICEFILE PGHOSTADDR PGOPTIONS PGTARGETSESSIONATTRS
      database=$PGDATABASE
      pg() { "$@"; }
      ;;
    container)
      container=$1 user=$2 database=$3
      shift 3
      pg() { docker exec -i -e PGAPPNAME -e PGUSER="$user" -e PGDATABASE="$database" "$container" "$@"; }
      ;;
    *) exit 64 ;;
  esac

  # Reports the size of a file until `stop_reports` is called, in a process of its own. It must not outlive the script,
  # because it inherits its flock on the lock of the host; so it checks every second whether the script still runs.
  start_reports() {
    report "$1" &
    reporter=$!
    trap stop_reports EXIT
  }
  report() {
    trap '[ -z "${!-}" ] || kill "$!"; exit' TERM
    i=0
    while kill -s 0 "$$" 2>/dev/null; do
      sleep 1 &
      wait "$!" || :
      i=$((i + 1))
      [ $((i % seconds)) != 0 ] || echo "processing $1: $(wc -c <"$1" 2>/dev/null || echo 0) bytes" >&2
    done
  }
  stop_reports() {
    kill "$reporter" 2>/dev/null || :
    wait "$reporter" 2>/dev/null || :
  }

  make() {
    folder=$1 keep=$2 roles=$3
    umask 077
    mkdir -p "$folder"
    rm -f "$folder"/*.part
    need=$(pg psql -XAtc 'select pg_database_size(current_database())' </dev/null)
    free=$(($(df -Pk "$folder" | awk 'NR == 2 { print $4 }') * 1024))
    if [ "$free" -lt "$need" ]; then
      echo "not enough disk space for the dump: $need bytes needed, $free free" >&2
      exit 1
    fi
    made=$folder/$(date -u +%Y%m%dT%H%M%SZ)
    start_reports "$made.part"
    trap 'stop_reports; rm -f "$made.part" "$made.roles.part"' EXIT
    pg pg_dump --no-password --format=custom >"$made.part" </dev/null
    pg pg_dumpall --no-password --roles-only ${roles:+"$roles"} --database="$database" >"$made.roles.part" </dev/null
    pg pg_restore --file=/dev/null <"$made.part"
    # Flushed, so that a power cut after the next change is committed cannot leave that change without its dump.
    sync "$made.part" "$made.roles.part" 2>/dev/null || sync
    mv "$made.roles.part" "$made.roles.sql"
    mv "$made.part" "$made.dump"
    sync "$folder" 2>/dev/null || sync
    # shellcheck disable=SC2012 # The names are timestamps of ours.
    ls -1t "$folder"/*.dump | tail -n +4 | while read -r old; do
      [ "$old" = "$folder/$keep" ] || rm -f "$old" "${old%.dump}.roles.sql"
    done
    echo "$made.dump"
  }

  # Until the transaction ends, the old tables need their space beside the new ones.
  room_for_restore() {
    [ "$programs" = container ] || return 0
    need=$(pg psql -XAtc 'select pg_database_size(current_database()) / 1024' </dev/null)
    # shellcheck disable=SC2016 # The shell in the container replaces it.
    free=$(pg sh -c 'df -Pk "$PGDATA"' </dev/null | awk 'NR == 2 { print $4 }')
    [ "$free" -lt "$need" ] || return 0
    echo "not enough disk space to restore: $need kB needed, $free kB free" >&2
    exit 1
  }

  stopped=
  stop_api() {
    [ -n "$api" ] && [ "$(docker container inspect --format '{{.State.Running}}' "$api" 2>/dev/null)" = true ] || return 0
    echo "stopping $api" >&2
    stopped=$api
    docker container stop "$api" >/dev/null
  }
  start_api() {
    [ -z "$stopped" ] || docker container start "$stopped" >/dev/null
  }

  restore() {
    file=$1 before=$2 after=$3 entries=$4 folder=$5 roles=$6 api=$7
    start_reports "$file"
    listed=
    trap 'stop_reports; [ -z "$listed" ] || pg rm -f "$listed" </dev/null; start_api' EXIT
    trap 'exit 129' HUP INT TERM
    pg pg_restore --file=/dev/null <"$file"
    room_for_restore
    stop_api
    [ -z "$folder" ] || (make "$folder" "${file##*/}" "$roles")
    listed=$(pg mktemp </dev/null)
    pg pg_restore --list <"$file" | grep -E "$entries" | pg tee "$listed" >/dev/null
    # A newer pg_restore first sets transaction_timeout, which an older server does not know.
    output=$({
      printf '%s\n' "$before"
      pg pg_restore --use-list="$listed" --file=- <"$file" && printf '%s\n' "$after"
    } |
      LC_ALL=C sed '1,60{/^SET transaction_timeout = 0;$/d;}' |
      pg psql -XqAt -v ON_ERROR_STOP=1 --no-password)
    if [ "$(printf '%s' "$output" | tail -n 1)" != restored ]; then
      echo 'the restore was not committed' >&2
      exit 1
    fi
  }

  case $action in
    make) make "$@" ;;
    list) pg pg_restore --list <"$1" ;;
    read-back)
      start_reports "$1"
      pg pg_restore --file=/dev/null <"$1"
      ;;
    restore) restore "$@" ;;
    *) exit 64 ;;
  esac
}
main "$@"
