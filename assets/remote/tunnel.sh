#!/bin/sh
# Changes the configuration file of a cloudflared container and restarts the container. Unless a new connection confirms
# the change within 90 s, the old file is restored, because the operator's own SSH connection may use the tunnel.
#
# On the host, in the deployment's folder:
#   tunnel.sh begin CONTAINER IMAGE HELPER FOLDER NAME SHA256 SAYS   starts the job; the script must be stored on the host
#   tunnel.sh restart CONTAINER HELPER FOLDER NAME              the job, in a session of its own
#   tunnel.sh confirm CONTAINER METRICS                         over a new connection for each attempt
#   tunnel.sh unsettled                                         prints `pending`, `abandoned` or nothing
#   tunnel.sh compare IMAGE SIZE SIZE                           see below; changes nothing
# In a container of the image HELPER, as root, because the operator may not be permitted to access the file:
#   tunnel.sh read PATH...                    the first that exists: its real path, modification time, SHA-256, base64
#   tunnel.sh is NAME SHA256                ends with 0 if the file in /there has this checksum
#   tunnel.sh replace NAME SHA256 CONTENT   CONTENT is the name of a file in /ours
# FOLDER and NAME are those of the configuration file. SHA256 is its expected checksum. If SHA256 is empty, an earlier
# change was neither confirmed nor undone, and its backup is kept. SAYS is the checksum of what cloudflared says of the
# new configuration; if it is empty, cloudflared has to say OK.
#
# `compare` reads two configurations of SIZE bytes in base64 from standard input, the old and the new one, and has
# cloudflared validate both. For each, it prints the exit code and, in base64, the output.
#
# In .erp-deploy/tunnel:
#   config.yml  the new configuration        confirmed  created by `confirm`, checked by the job
#   backup.yml  the old configuration        since      start time of the container after the restart
#   state       see below                    why        the last log lines of cloudflared before the undo
#   pid         the job's process id         job.log    the job's output
#
# state    job      meaning                                  unsettled  confirm ends with
# (none)            no change was ever started                          1
# (empty)           started; the file is not replaced yet               1
# pending  running  replaced; awaits confirmation            pending    75 (retry), 0 once it is kept
# pending  ended    the host restarted in between            abandoned  1
# kept     ended    confirmed                                           0
# undone   ended    not confirmed; the old file is restored             1
# stuck    ended    not confirmed; restore backup.yml manually          1
main() {
  # Runs in the helper. Replaces the file atomically, and keeps its owner and mode.
  replace() {
    set -eu
    cd /there
    [ ! -L "$1" ] || {
      echo "$1 is a symbolic link in a folder of another user" >&2
      exit 1
    }
    [ -z "$2" ] || [ "$(sha256sum <"$1" | cut -c 1-64)" = "$2" ] || {
      echo "$1 has changed since it was read" >&2
      exit 1
    }
    # From here on the change has to be settled, even if a later command fails: without a job it counts as abandoned.
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

  # Runs `replace` in the helper. $1 is the expected checksum of the file or empty, $2 the name of the new content.
  put() {
    docker run --rm --pull never --network none --user 0:0 --entrypoint /bin/sh \
      --mount "type=bind,source=$folder,target=/there" --mount "type=bind,source=$PWD,target=/ours" \
      "$helper" "/ours/${self##*/}" replace "$name" "$1" "$2"
  }

  # Sets `code` and `output`. $1 is the image, $2 the file. The file has the same path in every container.
  ask_cloudflared() {
    code=0
    output=$(docker run --rm --pull never --network none \
      --mount "type=bind,source=$2,target=/candidate.yml,readonly" \
      "$1" tunnel --config /candidate.yml ingress validate 2>&1) || code=$?
  }

  compare() {
    set -eu
    folder=$(mktemp -d)
    trap 'rm -rf -- "$folder"' EXIT
    trap 'exit 1' HUP INT TERM
    # The user of cloudflared may enter the folder, but other users cannot list it.
    chmod 711 "$folder"
    for size in "$2" "$3"; do
      dd bs=1 count="$size" 2>/dev/null | base64 -d >"$folder/config.yml"
      chmod 644 "$folder/config.yml"
      ask_cloudflared "$1" "$folder/config.yml"
      printf '%s\n' "$code"
      printf '%s\n' "$output" | base64 -w0
      echo
    done
  }

  # $1 is the image, $2 the checksum of the output that the plan accepted, or empty.
  validate() {
    ask_cloudflared "$1" "$PWD/config.yml"
    case $code in
      # That the image cannot run as this user says nothing about the file.
      125 | 126 | 127) echo "the image of cloudflared did not run, so the configuration was not validated: $output" ;;
      *)
        [ "$(printf '%s\n' "$output" | sha256sum | cut -c 1-64)" = "$2" ] || printf '%s\n' "$output" | grep -qx OK || {
          printf 'cloudflared rejected the configuration:\n%s\n' "$output" >&2
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
    validate "$2" "$7"
    # Created here and not by root in the helper, so that the operator can write to it.
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

  # Only the start by the job counts: a container that was restarted since then is crashing.
  is_connected() {
    running=$(docker container inspect --format '{{.State.Running}} {{.State.StartedAt}}' "$1")
    [ "$running" = "true $(cat since)" ] || return 1
    docker container exec "$1" cloudflared tunnel --metrics "$2" ready >/dev/null 2>&1 ||
      docker container logs --since "$(cat since)" "$1" 2>&1 | grep -q 'Registered tunnel connection'
  }

  # Does not wait for the container: it could outlive its connection, and confirm without one.
  confirm() {
    cd .erp-deploy/tunnel || exit 1
    unconfirmed='No new connection confirmed within 90 s that cloudflared is connected'
    case $(cat state) in
      kept) exit 0 ;;
      undone)
        tail -n 8 why >&2
        echo "These are the last log lines of cloudflared. $unconfirmed: the old configuration was restored." >&2
        exit 1
        ;;
      stuck)
        tail -n 3 job.log >&2
        echo "$unconfirmed, and the old configuration could not be restored: it is in $PWD/backup.yml." >&2
        exit 1
        ;;
      *)
        job_runs || {
          echo 'the change was not started' >&2
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
    compare) compare "$@" ;;
    read) read_first "$@" ;;
    is) [ "$(sha256sum <"/there/$1" | cut -c 1-64)" = "$2" ] ;;
    replace) replace "$@" ;;
    *) exit 64 ;;
  esac
}
main "$@"
