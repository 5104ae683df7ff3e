#!/bin/bash
# What the checklist has an operator type for 3.1 to 3.4, one command after another, with a check after each.
#
#   $1   the workspace, with the files that a local rollout made
set -e
cd "$1"
folder=/home/david/services/postgres-erp
psql="docker exec -i postgres-erp psql -v ON_ERROR_STOP=1 -q -U erp_admin -d portfolio"
secrets="printf 'POSTGRES_PASSWORD=%s\nPOSTGREST_JWT_SECRET=%s\nPOSTGREST_DB_PASSWORD=%s\n' \
$(openssl rand -hex 16) $(openssl rand -hex 32) $(openssl rand -hex 16)"
ssh droplet mkdir -p "$folder"
scp -q -r service-builds/postgres-erp/docker-compose.yml service-builds/postgres-erp/migrations "droplet:$folder/"
ssh droplet "ls -la $folder $folder/migrations"
ssh droplet "cd $folder && (umask 077; $secrets > .env) && mkdir -p data"
ssh droplet "docker network ls | grep portfolio || docker network create portfolio-network"
ssh droplet "cd $folder && docker compose up -d postgres-erp"
ssh droplet "docker ps | grep postgres-erp"
until ssh droplet "docker exec postgres-erp pg_isready -h 127.0.0.1 -U erp_admin -d portfolio"; do sleep 1; done
ssh droplet "docker logs postgres-erp 2>&1 | tail -20"
for file in 001_erp_schema.sql 002_agent_schema.sql validate_schema.sql; do
  ssh droplet "$psql" <"service-builds/postgres-erp/migrations/$file"
done
ssh droplet "docker exec postgres-erp psql -U erp_admin -d portfolio -c 'select count(*) from erp.people'"
ssh droplet "docker logs postgres-erp 2>&1 | tail -100 | grep -i error || true"
