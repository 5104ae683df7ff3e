#!/bin/sh
# Ends the process group that $1 leads, and kills it if it does not end within a second.
main() {
  kill -s TERM -- "-$1" 2>/dev/null || exit 0
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    sleep 0.1
    kill -s 0 -- "-$1" 2>/dev/null || exit 0
  done
  kill -s KILL -- "-$1" 2>/dev/null
}
main "$@"
