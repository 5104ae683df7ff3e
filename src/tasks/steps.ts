import type { Step } from '../domain/step.ts';
import type { Context } from '../workspace/context.ts';
import { tunnelAndRoute } from './cloudflare/3.6-tunnel-and-route.ts';
import { verification } from './cloudflare/3.7-verification.ts';
import { serviceInventory } from './docs/4.1-service-inventory.ts';
import { databaseSchema } from './docs/4.2-database-schema.ts';
import { integrationGuide } from './docs/4.3-integration-guide.ts';
import { migrationReference } from './docs/4.4-migration-reference.ts';
import { archiveCheck } from './finalize/5.1-archive-check.ts';
import { neighbourDatabase } from './finalize/5.2-neighbour-database.ts';
import { completion } from './finalize/5.3-completion.ts';
import { startDatabase } from './local-test/2.1-start-database.ts';
import { migrations } from './local-test/2.2-migrations.ts';
import { validation } from './local-test/2.3-validation.ts';
import { manualChecks } from './local-test/2.4-manual-checks.ts';
import { postgrest } from './local-test/2.5-postgrest.ts';
import { record } from './local-test/2.6-record.ts';
import { infrastructure } from './prepare/0.1-infrastructure.ts';
import { composeFile } from './prepare/0.2-compose-file.ts';
import { archiveLegacy } from './prepare/0.3-archive-legacy.ts';
import { starterSchema } from './prepare/0.4-starter-schema.ts';
import { validationScript } from './prepare/0.5-validation-script.ts';
import { erpSchema } from './prepare/1.1-erp-schema.ts';
import { agentSchema } from './prepare/1.2-agent-schema.ts';
import { preDeployment } from './production/3.1-pre-deployment.ts';
import { container } from './production/3.2-container.ts';
import { productionMigrations } from './production/3.3-migrations.ts';
import { productionValidation } from './production/3.4-validation.ts';
import { productionPostgrest } from './production/3.5-postgrest.ts';

/** Every section of the checklist, in the order of a rollout. */
export const steps: readonly Step<Context>[] = [
  infrastructure,
  composeFile,
  archiveLegacy,
  starterSchema,
  validationScript,
  erpSchema,
  agentSchema,
  startDatabase,
  migrations,
  validation,
  manualChecks,
  postgrest,
  record,
  preDeployment,
  container,
  productionMigrations,
  productionValidation,
  productionPostgrest,
  tunnelAndRoute,
  verification,
  serviceInventory,
  databaseSchema,
  integrationGuide,
  migrationReference,
  archiveCheck,
  neighbourDatabase,
  completion,
];
