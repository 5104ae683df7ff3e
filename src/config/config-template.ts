/**
 * The configuration file that `init` writes: every setting commented out, with its default and why.
 * @param schemaPath where an editor finds the JSON schema, as seen from the file
 */
export function configTemplate(schemaPath: string): string {
  return `# yaml-language-server: $schema=${schemaPath}
# What erp-deploy needs to know. Every setting has a default: an empty file works.
# To set one, remove the \`# \` before it (and before the mapping that it stands in).
# Secrets do not belong here; they live in .env alone.

# Where the local test runs: docker, or embedded (in this process, nothing to install).
# auto takes docker where an engine answers, else embedded; it is decided once per roll-out.
# engine: auto

# The title that screens and reports show.
# project: portfolio

# Where the roll-out goes. Without a host or a database-url, production is skipped.
# production:
#   # The droplet, as ssh takes it; an alias of ~/.ssh/config is fine. No default.
#   host: droplet
#   # Where the deployment lies on the droplet.
#   directory: /home/david/services/postgres-erp
#   # A production database that is reached without the droplet; no default. Never with its password:
#   # that comes from PGPASSWORD, PGPASSFILE or ~/.pgpass, as psql takes it.
#   database-url: postgres://erp_admin@db.example.com:5432/portfolio

# The public name of the API: Traefik routes it, and the tunnel's ingress names it.
# public-host: erp-db.bestviable.com

# The Cloudflare tunnel that the API is reached by. Without a container, 3.6 is skipped.
# cloudflare:
#   # The container on the droplet that runs cloudflared; no default. Whether its routes are in its config.yml or
#   # at Cloudflare is seen there.
#   container: cloudflared
#   # Where the tunnel sends requests: Traefik, by the name that cloudflared's network knows.
#   service: http://traefik:80
#   # The container on the droplet that runs Traefik.
#   traefik: traefik
#   # A file with a token for Cloudflare's API, relative to here: for a tunnel that is configured at Cloudflare,
#   # and for the DNS record. No default; never the token itself. Or: --cloudflare-token-file FILE, - for stdin.
#   api-token-file: cloudflare.token
#   # Where the public name is asked for, instead of at what DNS says; no default.
#   connect-to: 192.0.2.7:443

# The database and the role that owns it. The compose file creates both on the first start,
# so changing them later changes nothing that is there.
# database:
#   name: portfolio
#   user: erp_admin

# The database next door: step 5.2 looks whether it is well after the roll-out.
# neighbour:
#   container: postgres
#   database: n8n
#   user: n8n

# The OpenSpec change that this roll-out completes; step 5.3 archives it once its tasks are done. No default.
# openspec-change: add-erp-database

# Stakeholders are told by a webhook. Its address is a secret: put NOTIFY_WEBHOOK_URL into the .env beside the
# compose file, or ERP_DEPLOY_NOTIFY_URL into the environment.

# Steps to leave out, by their section in the checklist, each with the reason that reports show.
# skip:
#   "2.5": PostgREST is tested in production alone

# The starter schema, relative to the workspace: its syntax fault is looked for, and its indexes
# are compared with ours.
# starter-schema: Coda_to_Postgres/ERP_postgres_starter copy.sql
`;
}
