import type { Step } from '../domain/step.ts';
import type { Context } from './context.ts';
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
import { skippedSteps } from './skipped.ts';

/** Every section of the checklist, in the order in which a roll-out takes them. */
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
  ...skippedSteps,
];
