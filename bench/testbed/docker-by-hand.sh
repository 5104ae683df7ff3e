#!/bin/bash
# What the checklist has an operator type for 2.1 to 2.5, in a script.
#
#   $1   the workspace, with the files of phase prepare
set -e
cd "$1/service-builds/postgres-erp"
# A machine of the testbed has no curl. Without a token, 401 is the answer of an API that works.
# In a shell of its own, which SIGPIPE may end: the port is open before the API listens.
get() (
  exec 3<>/dev/tcp/127.0.0.1/3000 || exit
  printf 'GET /%s HTTP/1.0\r\nAccept-Profile: %s\r\n\r\n' "$1" "$2" >&3
  grep -qE '^HTTP/1.[01] (200|401)' <&3
)
psql="docker exec -i postgres-erp psql -v ON_ERROR_STOP=1 -q -U erp_admin -d portfolio"
# shellcheck disable=SC1091 # It is made by phase prepare.
. ./.env
docker network inspect portfolio-network >/dev/null 2>&1 || docker network create portfolio-network
docker compose up -d postgres-erp
docker ps | grep postgres-erp
until docker exec postgres-erp pg_isready -h 127.0.0.1 -U erp_admin -d portfolio; do sleep 0.2; done
docker logs postgres-erp
for file in 001_erp_schema.sql 002_agent_schema.sql validate_schema.sql; do
  $psql <"migrations/$file"
done
for shown in 'dt erp.*' 'dt agent.*' 'd erp.execution_runs' 'd agent.events'; do
  $psql -c "\\$shown"
done
$psql -c "begin; insert into erp.people (full_name) values ('test'); rollback"
$psql -c "create role erp_authenticator login noinherit password '$POSTGREST_DB_PASSWORD'; grant erp_anon, erp_api to erp_authenticator"
$psql -c "begin; insert into agent.sessions default values; rollback"
docker compose up -d postgrest-erp
until get people erp; do sleep 0.2; done
get sessions agent
