// The paths of the checklist, relative to the workspace.
const stack = 'service-builds/postgres-erp';
const legacy = 'service-builds/postgres/migrations';

export const layout = {
  stack,
  migrations: `${stack}/migrations`,
  data: `${stack}/data`,
  compose: `${stack}/docker-compose.yml`,
  env: `${stack}/.env`,
  envTemplateFolder: `${stack}/.env-example`,
  envTemplate: `${stack}/.env-example/.env`,
  gitignore: `${stack}/.gitignore`,
  starterFix: `${stack}/STARTER_SCHEMA_FIX.md`,
  proposals: `${stack}/proposed-migrations`,
  deploymentRecord: `${stack}/DEPLOYMENT_RECORD.md`,
  lessons: `${stack}/LESSONS_LEARNED.md`,
  testRecord: `${stack}/LOCAL_TEST_RECORD.md`,
  legacy,
  archive: `${legacy}/deprecated`,
  archiveReadme: `${legacy}/deprecated/README.md`,
  migrationsReadme: `${legacy}/README.md`,
  inventory: 'SERVICE_INVENTORY.md',
  schemaDocument: 'docs/system/architecture/DATABASE_SCHEMA.md',
  integrationGuide: 'docs/system/architecture/SERVICE_DATABASE_INTEGRATION.md',
} as const;

/** The bundled migrations, by the step that installs each. */
export const bundled = {
  erp: '001_erp_schema.sql',
  agent: '002_agent_schema.sql',
  validation: 'validate_schema.sql',
} as const;
