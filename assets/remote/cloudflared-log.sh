#!/bin/sh
# Prints information from the log of a cloudflared container ($2).
#
# $1              prints
# tunnel          the tunnel that it last started, as `tunnelID=UUID`; nothing if the log does not go back that far
# configurations  the last 5 configurations that Cloudflare sent, oldest first
main() {
  case $1 in
    # In a log in JSON: "tunnelID":"UUID".
    tunnel)
      docker container logs "$2" 2>&1 | grep -o 'tunnelID\(=\|": *"\)[0-9a-f-]*' | tail -n 1 |
        sed 's/^tunnelID[^0-9a-f]*/tunnelID=/'
      ;;
    configurations) docker container logs "$2" 2>&1 | grep 'Updated to new configuration' | tail -n 5 ;;
    *) exit 64 ;;
  esac
}
main "$@"
