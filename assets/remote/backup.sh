#!/bin/sh
# Backups of a database: dumps with a manifest, which are kept apart from the dumps that are made before a change.
#
#   backup.sh make SECONDS KEEP FOLDER PROGRAMS...   makes a backup; prints its name
#   backup.sh roles PROGRAMS...                      prints the roles with the hashes of their passwords
#   backup.sh read FILE MEGABYTES                    prints up to 4 MB of a file after these, in base64
#
# SECONDS is the interval of progress reports on stderr: PostgreSQL's programs print nothing while they work, possibly
# for hours, and a command on a server is ended if it prints nothing for too long. PROGRAMS is `environment` for
# programs of this machine, with the server in their environment, or `container NAME USER DATABASE`.
#
# file in FOLDER      left by make
# lock                held while it runs
# TIME.*.part         a run that is in progress or was killed; removed by the next run
# TIME.dump           the dump
# TIME.roles.sql      the roles, without their passwords
# TIME.json           the manifest, written last: without it the others do not count, and the next run removes them.
#                     Then pg_restore has read the dump to its end, and all are flushed to the disk.
#
# After a backup, only the newest KEEP are kept, and the new one in any case.
main() {
  set -eu
  # Names the sessions of PostgreSQL's programs in its log.
  export PGAPPNAME='erp-deploy backup'

  set_programs() {
    programs=$1
    shift
    case $programs in
      environment)
        # A connection service file would override the given server.
        unset PGSERVICE PGSERVICEFILE PGHOSTADDR PGOPTIONS PGTARGETSESSIONATTRS
        database=$PGDATABASE
        pg() { "$@"; }
        ;;
      container)
        container=$1 user=$2 database=$3
        pg() { docker exec -i -e PGAPPNAME -e PGUSER="$user" -e PGDATABASE="$database" "$container" "$@"; }
        ;;
      *) exit 64 ;;
    esac
  }

  # Reports the size of a file until the script ends, in a process of its own, which must not keep the lock.
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

  # Prints the tables of a dump and their numbers of rows as JSON. Fails unless pg_restore reads it to its end.
  rows_in() {
    {
      pg pg_restore --data-only --file=- <"$1" && echo '-- complete'
    } | LC_ALL=C awk '
      /^COPY .* FROM stdin;$/ && !copying {
        sub(/^COPY /, ""); sub(/ \(.*\) FROM stdin;$/, ""); gsub(/[\\"]/, "\\\\&")
        table = $0; copying = 1; rows = 0; next
      }
      copying && $0 == "\\." { printf "%s\"%s\": %d", separator, table, rows; separator = ", "; copying = 0; next }
      copying { rows++; next }
      { last = $0 }
      END { if (last != "-- complete") exit 1 }'
  }

  # Prints the size and the SHA-256 of a file as JSON.
  digest() {
    sum=$(sha256sum "$1")
    printf '{ "bytes": %d, "sha256": "%s" }' "$(wc -c <"$1")" "${sum%% *}"
  }

  flush() { sync "$@" 2>/dev/null || sync; }

  remove_unfinished() {
    rm -f "$folder"/*.part
    for file in "$folder"/*.dump "$folder"/*.roles.sql; do
      name=${file%.dump}
      name=${name%.roles.sql}
      [ -e "$name.json" ] || rm -f "$file"
    done
  }

  keep_newest() {
    kept=0
    # shellcheck disable=SC2012 # The names are timestamps of ours.
    ls -1r "$folder"/*.json | while read -r manifest; do
      kept=$((kept + 1))
      if [ "$kept" -gt "$keep" ] && [ "$manifest" != "$made.json" ]; then
        rm -f "$manifest" "${manifest%.json}.dump" "${manifest%.json}.roles.sql"
      fi
    done
  }

  assert_room() {
    need=$(pg psql -XAtc 'select pg_database_size(current_database())' </dev/null)
    free=$(($(df -Pk "$folder" | awk 'NR == 2 { print $4 }') * 1024))
    [ "$free" -lt "$need" ] || return 0
    echo "not enough disk space for the backup: $need bytes needed, $free free" >&2
    exit 1
  }

  make() {
    seconds=$1 keep=$2 folder=$3
    shift 3
    set_programs "$@"
    umask 077
    mkdir -p "$folder"
    exec 9>"$folder/lock"
    if ! flock -n 9; then
      echo 'another backup of this database is running' >&2
      exit 75
    fi
    remove_unfinished
    assert_room
    time=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    made=$folder/$(echo "$time" | tr -d ':-')
    report "$made.dump.part" 9>&- &
    reporter=$!
    trap 'stop_reports; rm -f "$made".*.part' EXIT
    trap 'exit 129' HUP INT TERM
    server=$(pg psql -XAtc 'show server_version' </dev/null)
    pg pg_dump --no-password --format=custom >"$made.dump.part" </dev/null
    pg pg_dumpall --no-password --roles-only --no-role-passwords --database="$database" >"$made.roles.part" </dev/null
    rows=$(rows_in "$made.dump.part")
    printf '{ "version": 1, "made": "%s", "database": "%s", "server": "%s",\n  "dump": %s,\n  "roles": %s,\n  "rows": { %s } }\n' \
      "$time" "$(printf %s "$database" | sed 's/[\\"]/\\&/g')" "${server%% *}" "$(digest "$made.dump.part")" "$(digest "$made.roles.part")" "$rows" >"$made.json.part"
    flush "$made.dump.part" "$made.roles.part" "$made.json.part"
    mv "$made.roles.part" "$made.roles.sql"
    mv "$made.dump.part" "$made.dump"
    flush "$folder"
    mv "$made.json.part" "$made.json"
    flush "$folder"
    keep_newest
    echo "${made##*/}"
  }

  action=$1
  shift
  case $action in
    make) make "$@" ;;
    roles)
      set_programs "$@"
      pg pg_dumpall --no-password --roles-only --database="$database" </dev/null
      ;;
    read)
      [ -f "$1" ] || exit 66
      dd if="$1" bs=1048576 skip="$2" count=4 2>/dev/null | base64
      ;;
    *) exit 64 ;;
  esac
}
main "$@"
