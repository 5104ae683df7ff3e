/**
 * Returns the configuration file that `init` writes: every setting, commented out, with its default and meaning.
 * @param schemaPath path of the JSON schema for editors, relative to the file
 */
export function configTemplate(schemaPath: string): string {
  return `# yaml-language-server: $schema=${schemaPath}
# Configuration of erp-deploy. Every setting is optional; an empty file works.
# To change a setting, remove the \`# \` before it, and before the mapping that contains it.
# Do not put secrets here. They belong in .env.

# The engine of the local test: docker, or embedded (runs in erp-deploy, nothing to install).
# auto means docker if a Docker engine answers, otherwise embedded. A rollout keeps its engine.
# engine: auto

# The title on screens and in reports.
# project: portfolio

# The target of the rollout. Without a host or a database-url, production is skipped.
# production:
#   # SSH destination of the production host; an alias of ~/.ssh/config works. No default.
#   host: production.example.com
#   # Directory of the deployment on the production host.
#   directory: /home/david/services/postgres-erp
#   # URL of a managed production database, instead of a host. No default. Do not include the password;
#   # as with psql, it is read from PGPASSWORD, PGPASSFILE or ~/.pgpass.
#   database-url: postgres://erp_admin@db.example.com:5432/portfolio

# The public host name of the API. Traefik and the Cloudflare tunnel route it to the API.
# public-host: erp-db.bestviable.com

# The Cloudflare tunnel to the API. Without a container, 3.6 is skipped.
# cloudflare:
#   # The container on the production host that runs cloudflared. No default. erp-deploy detects whether the tunnel is
#   # locally or remotely managed.
#   container: cloudflared
#   # URL to which the tunnel forwards requests: Traefik, under its name in cloudflared's network.
#   service: http://traefik:80
#   # The container on the production host that runs Traefik.
#   traefik: traefik
#   # A file with a Cloudflare API token, relative to the workspace. Needed for a remotely managed tunnel and for the
#   # DNS record. No default. Never the token itself. Alternative: --cloudflare-token-file FILE, or - for stdin.
#   api-token-file: cloudflare.token
#   # Address to connect to for the public host name, instead of the one from DNS. No default.
#   connect-to: 192.0.2.7:443

# The database and the role that owns it. The compose file creates both on the first start,
# so a later change has no effect on an existing database.
# database:
#   name: portfolio
#   user: erp_admin

# The containers, here and on the production host. What is left out keeps its value in docker-compose.yml, if that exists;
# otherwise it has the default that is shown. A change recreates the container.
# containers:
#   database:
#     name: postgres-erp
#     # With a tag or a digest. NAME:TAG@sha256:… pins it: the deployment record contains the digest that runs.
#     image: pgvector/pgvector:0.8.6-pg17-bookworm
#     # Published on 127.0.0.1 only.
#     port: 5432
#     # Limits of the running container.
#     memory: 300m
#     cpus: 0.5
#     # PostgreSQL's settings by name; shared_buffers and work_mem have to fit into the memory.
#     settings:
#       shared_buffers: 64MB
#       max_connections: 40
#   api:
#     name: postgrest-erp
#     image: postgrest/postgrest:v14.17
#     port: 3000
#     memory: 100m
#     cpus: 0.25
#   # The network that the containers share with Traefik.
#   network: portfolio-network
#   # Read-only root, no new privileges, a minute to stop, data checksums (new data only), and a log of statements over 1 s
#   # and of waits for locks. A docker-compose.yml that was written without them keeps running without them.
#   hardened: true

# The other PostgreSQL on the production host. Step 5.2 checks that it still works after the rollout.
# neighbour:
#   container: postgres
#   database: n8n
#   user: n8n

# Other sessions wait behind a migration that waits for a lock of a table. So it is rolled back after this time
# (100ms to 60s), and tried again: this often in all (1 to 100).
# migrations:
#   lock-timeout: 2s
#   lock-attempts: 5

# Backups of production's database, which erp-deploy backup makes. If this mapping is here, even if it is {}, status and doctor
# report that the newest backup is too old.
# backup:
#   # Time of day of the daily backup that backup --install-timer installs, in the server's time zone.
#   at: "03:15"
#   # How many backups are kept beside the database; the newest one always.
#   keep: 7
#   # A folder on this machine for a copy of each backup, relative to the workspace. No default.
#   folder: ../erp-backups
#   # An S3-compatible bucket for a copy of each backup. No default. Its key is read from AWS_ACCESS_KEY_ID and
#   # AWS_SECRET_ACCESS_KEY in the environment.
#   s3:
#     # The URL of the bucket.
#     endpoint: https://s3.example.com/erp-backups
#     # The region of the bucket.
#     region: auto
#     # What the names of the objects begin with, such as production/.
#     prefix: ""
#   # The public key of age that copies are encrypted to; age-keygen makes it. No default. Keep the private key off the
#   # server, and elsewhere than the copies.
#   encrypt-to: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p
#   # How many copies are kept; the newest one always.
#   keep-copies: 30
#   # Age of the newest backup after which one counts as missed, in hours or days.
#   missed-after: 26h

# The OpenSpec change that this rollout completes. Step 5.3 archives it when its tasks are done. No default.
# openspec-change: add-erp-database

# Stakeholders are notified through a webhook. Its URL is a secret: set NOTIFY_WEBHOOK_URL in the .env beside the
# compose file, or ERP_DEPLOY_NOTIFY_URL in the environment. The operators get a message at the start and the end of
# each rollout to production if ERP_DEPLOY_NOTIFY_ROLLOUT_URL is set in the environment.

# Steps to skip, by their number in the checklist, each with the reason that reports show.
# skip:
#   "2.5": PostgREST is tested only in production

# Rights that a migration may give erp_anon, erp_api, erp_service, erp_authenticator or erp_readonly beyond their bounds, as the
# problem ERP-0543 lists them.
# allowed-rights: ["erp_anon: SELECT on erp.notices"]

# The starter schema, relative to the workspace. It is checked for its known syntax error, and its
# indexes are compared with those of the migrations.
# starter-schema: Coda_to_Postgres/ERP_postgres_starter copy.sql
`;
}
