#!/bin/sh
# The daily backup on a server: a timer of systemd, or an entry of cron.
#
#   schedule.sh find                                      prints `systemd`, `cron` or `none`: what can be used
#   schedule.sh install systemd FILE TEXT NAME SERVICE TIMER
#   schedule.sh install cron FILE TEXT ENTRY MARK
#   schedule.sh remove systemd FILE NAME
#   schedule.sh remove cron FILE MARK
#
# FILE gets TEXT, the script that makes the backup. NAME is the name of the units, SERVICE and TIMER are their texts.
# ENTRY is a line of a crontab that ends with MARK, which identifies it; any other line is kept.
main() {
  set -eu
  units=/etc/systemd/system

  # Writes a file as a whole, with mode $3.
  put() {
    printf '%s\n' "$2" >"$1.new"
    chmod "$3" "$1.new"
    mv "$1.new" "$1"
  }

  # Prints the crontab without the entry that ends with $1.
  others() {
    crontab -l 2>/dev/null | MARK=$1 awk '{ mark = ENVIRON["MARK"]; at = length($0) - length(mark) + 1 }
      at < 1 || substr($0, at) != mark'
  }

  install() {
    kind=$1 file=$2
    mkdir -p "${file%/*}"
    put "$file" "$3" 700
    case $kind in
      systemd)
        put "$units/$4.service" "$5" 644
        put "$units/$4.timer" "$6" 644
        systemctl daemon-reload
        systemctl enable --now "$4.timer"
        ;;
      cron)
        {
          others "$5"
          printf '%s\n' "$4"
        } | crontab -
        ;;
    esac
  }

  remove() {
    kind=$1 file=$2
    case $kind in
      systemd)
        if [ -e "$units/$3.timer" ]; then systemctl disable --now "$3.timer"; fi
        rm -f "$units/$3.timer" "$units/$3.service"
        systemctl daemon-reload
        ;;
      cron) others "$3" | crontab - ;;
    esac
    rm -f "$file"
  }

  action=$1
  shift
  case $action in
    find)
      if [ "$(id -u)" = 0 ] && [ -d /run/systemd/system ]; then
        echo systemd
      elif command -v crontab >/dev/null; then
        echo cron
      else
        echo none
      fi
      ;;
    install) install "$@" ;;
    remove) remove "$@" ;;
    *) exit 64 ;;
  esac
}
main "$@"
