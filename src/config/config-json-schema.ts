import { z } from 'zod';
import { settingsSchema } from './settings-schema.ts';

/** The JSON schema of the configuration file, for editors; it ships with the package. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: 'erp-deploy.config.yaml', ...z.toJSONSchema(settingsSchema, { io: 'input' }) };
}
