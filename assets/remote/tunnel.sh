#!/bin/sh
# Changes the configuration file of a cloudflared container, and restarts it under an undo: the operator's own SSH
# connection may use the tunnel, so unless a new connection confirms the change in 90 s, the old file comes back.
#
# On the host, in the deployment's folder:
#   tunnel.sh begin CONTAINER IMAGE HELPER FOLDER NAME SHA256   stored there first, since it starts `restart`
#   tunnel.sh restart CONTAINER HELPER FOLDER NAME              the job; belongs to no session
#   tunnel.sh confirm CONTAINER METRICS                         over a new connection for each try
#   tunnel.sh unsettled                                         prints `pending`, `abandoned` or nothing
# In a container of the image HELPER, as root, because the operator may not have the rights to the file:
#   tunnel.sh read PATH...                    the first that exists: its real path, modification time, SHA-256, base64
#   tunnel.sh is NAME SHA256                ends with 0 if the file in /there has this checksum
#   tunnel.sh replace NAME SHA256 CONTENT   CONTENT is the name of a file in /ours
# FOLDER and NAME are those of the configuration file. SHA256 is what it must have; if that is empty, the file was
# replaced before and never settled: the backup of then is kept.
#
# In .erp-deploy/tunnel:
#   config.yml  the new configuration        confirmed  created by `confirm`, read by the job
#   backup.yml  the old configuration        since      when the container started again
#   state       see below                    why        the last lines of cloudflared before it was undone
#   pid         of the job                   job.log    what the job printed
#
# state    job      meaning                                  unsettled  confirm ends with
# (none)            no change was ever begun                            1
# (empty)           begun; the file is not replaced yet                 1
# pending  running  replaced; waits to be confirmed          pending    75 (ask again), 0 once it is kept
# pending  ended    the host went down meanwhile             abandoned  1
# kept     ended    confirmed                                           0
# undone   ended    not confirmed: the old file is back                 1
# stuck    ended    not confirmed: the old file is backup.yml           1
main() {
  # In the helper. Changes owner and mode of nothing, and leaves the old file or the new one, nothing in between.
  replace() {
    set -eu
    cd /there
    [ ! -L "$1" ] || {
      echo "$1 is a symbolic link in a folder of another user" >&2
      exit 1
    }
    [ -z "$2" ] || [ "$(sha256sum <"$1" | cut -c 1-64)" = "$2" ] || {
      echo "$1 was changed meanwhile" >&2
      exit 1
    }
    # From here on it has to be confirmed, whatever fails next: without a job it counts as abandoned.
    [ -z "$2" ] || {
      cp -p -- "$1" /ours/backup.yml
      echo pending >/ours/state
    }
    cat <"/ours/$3" >".$1.erp-deploy"
    chown --reference="$1" -- ".$1.erp-deploy"
    chmod --reference="$1" -- ".$1.erp-deploy"
    sync ".$1.erp-deploy" 2>/dev/null || sync
    mv -fT -- ".$1.erp-deploy" "$1"
    sync . 2>/dev/null || sync
  }

  read_first() {
    for path; do
      [ -f "$path" ] || continue
      real=$(readlink -f -- "$path")
      sum=$(sha256sum <"$real" | cut -c 1-64)
      printf '%s\n%s\n%s\n' "$real" "$(stat -c %Y -- "$real")" "$sum"
      base64 -w0 <"$real"
      exit 0
    done
    exit 3
  }

  # Runs `replace` in the helper: $1 the checksum that the file must have, or nothing, $2 the content.
  put() {
    docker run --rm --pull never --network none --user 0:0 --entrypoint /bin/sh \
      --mount "type=bind,source=$folder,target=/there" --mount "type=bind,source=$PWD,target=/ours" \
      "$helper" "/ours/${self##*/}" replace "$name" "$1" "$2"
  }

  validate() {
    code=0
    said=$(docker run --rm --pull never --network none \
      --mount "type=bind,source=$PWD/config.yml,target=/candidate.yml,readonly" \
      "$1" tunnel --config /candidate.yml ingress validate 2>&1) || code=$?
    case $code in
      # Whatever keeps the user's image from running here says nothing about the file.
      125 | 126 | 127) echo "the image of cloudflared did not run, so it did not validate: $said" ;;
      *)
        printf '%s\n' "$said" | grep -qx OK || {
          printf 'cloudflared does not validate it:\n%s\n' "$said" >&2
          exit 1
        }
        ;;
    esac
  }

  begin() {
    set -eu
    umask 077
    container=$1 helper=$3 folder=$4 name=$5
    cd .erp-deploy/tunnel
    validate "$2"
    # Created here, so that it stays the operator's to write.
    rm -f confirmed why since pid
    : >state
    put "$6" config.yml
    echo pending >state
    setsid nohup /bin/sh "./${self##*/}" restart "$container" "$helper" "$folder" "$name" </dev/null >job.log 2>&1 &
    echo $! >pid
  }

  restart() {
    container=$1 helper=$2 folder=$3 name=$4
    sleep 1
    docker restart -t 5 "$container" >&2
    docker container inspect --format '{{.State.StartedAt}}' "$container" >since
    seconds=0
    while [ "$seconds" -lt 90 ]; do
      if [ -e confirmed ]; then
        echo kept >state
        exit 0
      fi
      sleep 1
      seconds=$((seconds + 1))
    done
    docker container logs --since "$(cat since)" --tail 20 "$container" >why 2>&1
    put '' backup.yml || {
      echo stuck >state
      exit 1
    }
    docker restart -t 5 "$container" >&2
    echo undone >state
  }

  job_runs() {
    kill -0 "$(cat pid 2>/dev/null)" 2>/dev/null
  }

  # Only the start that the job made counts: a container that ends and is started again is not well.
  is_connected() {
    running=$(docker container inspect --format '{{.State.Running}} {{.State.StartedAt}}' "$1")
    [ "$running" = "true $(cat since)" ] || return 1
    docker container exec "$1" cloudflared tunnel --metrics "$2" ready >/dev/null 2>&1 ||
      docker container logs --since "$(cat since)" "$1" 2>&1 | grep -q 'Registered tunnel connection'
  }

  # Does not wait by itself: it would outlive the connection that it came by, and confirm over none.
  confirm() {
    cd .erp-deploy/tunnel || exit 1
    unconfirmed='No new connection found cloudflared connected within 90 s'
    case $(cat state) in
      kept) exit 0 ;;
      undone)
        tail -n 8 why >&2
        echo "These were the last lines of cloudflared. $unconfirmed: the old configuration is back." >&2
        exit 1
        ;;
      stuck)
        tail -n 3 job.log >&2
        echo "$unconfirmed, and the old configuration could not be put back: it is in $PWD/backup.yml." >&2
        exit 1
        ;;
      *)
        job_runs || {
          echo 'it was not begun' >&2
          exit 1
        }
        ;;
    esac
    [ -s since ] && is_connected "$1" "$2" && sleep 2 && is_connected "$1" "$2" || exit 75
    : >confirmed
    sleep 2
    [ "$(cat state)" = kept ] || exit 75
  }

  unsettled() {
    cd .erp-deploy/tunnel 2>/dev/null && [ "$(cat state 2>/dev/null)" = pending ] || exit 0
    if job_runs; then echo pending; else echo abandoned; fi
  }

  self=$0 action=$1
  shift
  case $action in
    begin) begin "$@" ;;
    restart) restart "$@" ;;
    confirm) confirm "$@" ;;
    unsettled) unsettled ;;
    read) read_first "$@" ;;
    is) [ "$(sha256sum <"/there/$1" | cut -c 1-64)" = "$2" ] ;;
    replace) replace "$@" ;;
    *) exit 64 ;;
  esac
}
main "$@"
