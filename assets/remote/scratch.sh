#!/bin/sh
# What restoring a dump would cost, found out without changing the database.
#
#   scratch.sh compare PROGRAMS... FILE SCHEMAS ENTRIES
#   scratch.sh count PROGRAMS... FILE
#
# PROGRAMS is `environment` for programs of this machine, with the server in their environment, or `container NAME USER
# DATABASE`. SCHEMAS is a list of names as SQL literals; ENTRIES is a regular expression for the lines of the entries
# that a restore restores.
#
# compare restores the dump into a scratch database on the same server, compares the rows, and drops it. It prints
# `ledger NAME CHECKSUM` for each migration in the dump, `written ROWS TABLE` for rows that the dump does not contain,
# and `gone ROWS TABLE` for rows that only the dump contains, separated by tabs; or only `not-allowed` if the server does
# not allow a scratch database.
#
# count prints `rows ROWS TABLE` for each table, from the text of the dump.
main() {
  set -eu
  # Names the sessions of PostgreSQL's programs in its log.
  export PGAPPNAME='erp-deploy comparison'
  action=$1 programs=$2
  shift 2
  case $programs in
    environment)
      # A connection service file would override the given server.
      unset PGSERVICE PGSERVICEFILE PGHOSTADDR PGOPTIONS PGTARGETSESSIONATTRS
      database=$PGDATABASE
      pg() { PGDATABASE=$on "$@"; }
      ;;
    container)
      container=$1 user=$2 database=$3
      shift 3
      pg() { docker exec -i -e PGAPPNAME -e PGUSER="$user" -e PGDATABASE="$on" "$container" "$@"; }
      ;;
    *) exit 64 ;;
  esac
  on=$database
  query() { pg psql -XAtq -v ON_ERROR_STOP=1 --no-password; }

  # A database that a killed run left behind is dropped by the next one: one of our names, of this role, and not in use.
  drop_leftovers() {
    on=$database
    echo "select format('drop database if exists %I', datname) from pg_database d
      where datname ~ '^erp_deploy_scratch_[0-9]+_[0-9]+$' and pg_get_userbyid(datdba) = current_user
      and not exists (select from pg_stat_activity a where a.datid = d.oid) \\gexec" | query
  }

  drop_scratch() {
    on=$database
    echo "drop database if exists $scratch" | query
  }

  make_scratch() {
    echo "select format('create database %I template template0 encoding %L', '$scratch', pg_encoding_to_char(encoding))
      || case datlocprovider when 'c' then format(' lc_collate %L lc_ctype %L', datcollate, datctype) else '' end
      from pg_database where datname = current_database() \\gexec
      revoke connect on database $scratch from public;" | query
  }

  # Restores what belongs to others without rows and without regard to errors: only our entries have to succeed.
  fill_scratch() {
    on=$scratch
    pg pg_restore --list <"$file" >"$work/all"
    grep -E "$entries" "$work/all" | pg tee "$list" >/dev/null
    grep -vE "$entries" "$work/all" | pg tee "$list.others" >/dev/null
    pg pg_restore --use-list="$list.others" --schema-only --no-owner --no-privileges --dbname="$scratch" <"$file" >/dev/null 2>&1 || :
    pg pg_restore --use-list="$list" --exit-on-error --no-owner --no-privileges --dbname="$scratch" <"$file"
  }

  # Prints schema, table and column of every table, as COPY writes them.
  columns() {
    echo "copy (select n.nspname, c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname in ($schemas)
      and a.attnum > 0 and not a.attisdropped) to stdout;" | query | LC_ALL=C sort
  }

  # Prints a line for each row: its table, and a hash of the columns that both databases have. A table without such
  # columns has a line for each row that equals no other one.
  rows() {
    {
      echo 'create temp table erp_deploy_columns (s name, t name, c name); copy erp_deploy_columns from stdin;'
      cat "$work/common"
      # The scratch database has no settings of its own, on which texts of values depend.
      printf '%s\n' '\.' "set row_security = off; set timezone = 'UTC'; set datestyle = 'ISO'; set intervalstyle = 'iso_8601';
        set extra_float_digits = 1; set bytea_output = 'hex'; begin isolation level repeatable read;"
      echo "select format('copy (select %L, md5(row(%s)::text) from only %I.%I) to stdout', format('%I.%I', n.nspname, c.relname),
        coalesce((select string_agg(format('%I::text', k.c), ', ' order by k.c) from erp_deploy_columns k
                   where k.s = n.nspname and k.t = c.relname), format('%L, ctid', current_database())),
        n.nspname, c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname in ($schemas) \\gexec
        commit;"
    } | query | LC_ALL=C sort
  }

  # Reports progress until the script ends: a command on a server is ended if it prints nothing for too long.
  report() {
    trap '[ -z "${!-}" ] || kill "$!"; exit' TERM
    i=0
    while kill -s 0 "$$" 2>/dev/null; do
      sleep 1 &
      wait "$!" || :
      i=$((i + 1))
      [ $((i % 20)) != 0 ] || echo "comparing the dump for $i s" >&2
    done
  }

  # Counts the lines of each table.
  counted() { cut -f 1 | uniq -c | sed "s/^ *\([0-9]*\) /$1	\1	/"; }

  compare() {
    file=$1 schemas=$2 entries=$3
    umask 077
    scratch=erp_deploy_scratch_$$_$(date +%s)
    work=$(mktemp -d)
    list=/tmp/$scratch
    [ "$programs" = container ] || list=$work/list
    report &
    reporter=$!
    trap 'kill "$reporter" 2>/dev/null || :; drop_scratch >/dev/null 2>&1 || :; on=$database; pg rm -f "$list" "$list.others" </dev/null; rm -rf "$work"' EXIT
    trap 'exit 129' HUP INT TERM
    need=$(echo 'select pg_database_size(current_database()) / 1024' | query)
    free=$(df -Pk "$work" | awk 'NR == 2 { print $4 }')
    if [ "$programs" = container ]; then
      # shellcheck disable=SC2016 # The shell in the container replaces it.
      free=$(pg sh -c 'df -Pk "$PGDATA"' </dev/null | awk 'NR == 2 { print $4 }')
    fi
    if [ "$free" -lt "$need" ]; then
      echo "not enough disk space for a scratch database: $need kB needed, $free kB free" >&2
      exit 1
    fi
    drop_leftovers
    make_scratch >"$work/error" 2>&1 || {
      cat "$work/error" >&2
      echo not-allowed
      exit
    }
    fill_scratch
    columns >"$work/then"
    echo "copy (select 'ledger', name, checksum from erp_deploy.migrations order by name) to stdout;" | query
    on=$database
    columns >"$work/now"
    LC_ALL=C comm -12 "$work/now" "$work/then" >"$work/common"
    rows >"$work/rows.now"
    on=$scratch
    rows >"$work/rows.then"
    LC_ALL=C comm -23 "$work/rows.now" "$work/rows.then" | counted written
    LC_ALL=C comm -13 "$work/rows.now" "$work/rows.then" | counted gone
  }

  count() {
    pg pg_restore --data-only --file=- <"$1" | LC_ALL=C awk '
      /^COPY .* FROM stdin;$/ {
        sub(/^COPY /, ""); sub(/ \(.*\) FROM stdin;$/, ""); table = $0; copying = 1; rows = 0; next
      }
      copying && $0 == "\\." { printf "rows\t%d\t%s\n", rows, table; copying = 0; next }
      copying { rows++ }'
  }

  case $action in
    compare) compare "$@" ;;
    count) count "$@" ;;
    *) exit 64 ;;
  esac
}
main "$@"
