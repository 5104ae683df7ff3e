#!/bin/sh
# Follows a container that starts until its state is decided, and prints its log meanwhile: each line once, with its time.
# A blank line each second ends the script (SIGPIPE) when its reader is gone: meanwhile it holds the lock of the host.
#
# $1 container   $2 restarts that it may have   $3 seconds that it may take   $4... a check inside of it, or nothing
#
# state of the container                                 then
# created, restarting, paused, running with its first    looks again after a quarter of a second
# check still to come; not restarted too often
# the same, running, and the check succeeds within 5 s   ends with 3
# anything else, no container, or no engine              ends with 0: the caller inspects what there is
main() {
  container=$1 restarts=$2 until=$(($(date +%s) + $3)) looks=0 since='' printed=0
  shift 3

  starts() {
    state=$(docker container inspect --format \
      '{{.State.StartedAt}} {{.RestartCount}} {{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}' \
      "$container" 2>/dev/null) || return 1
    started=${state%% *} state=${state#* }
    [ "$since" = "$started" ] || { since=$started printed=0; }
    [ "${state%% *}" -le "$restarts" ] || return 1
    case ${state#* } in
      'created '* | 'restarting '* | 'paused '* | 'running starting') ;;
      *) return 1 ;;
    esac
  }

  print_log() {
    # The engine has not started it yet.
    case $since in '' | 0001*) return ;; esac
    # Sorted by their times, since the engine keeps the two streams apart.
    lines=$(docker container logs --timestamps --since "$since" "$container" 2>&1 | sort | tail -n "+$((printed + 1))")
    [ -n "$lines" ] || return 0
    printf '%s\n' "$lines"
    printed=$((printed + $(printf '%s\n' "$lines" | wc -l)))
  }

  while [ "$(date +%s)" -lt "$until" ] && starts; do
    # The log is read once a second.
    [ $((looks % 4)) != 0 ] || { echo && print_log; }
    looks=$((looks + 1))
    if [ $# != 0 ] && timeout 5 docker container exec "$container" "$@" >/dev/null 2>&1; then
      print_log
      return 3
    fi
    sleep 0.25
  done
  print_log
}
main "$@"
