import * as z from 'zod';
import { settingsSchema } from './settings-schema.ts';

/** Returns the JSON schema of the configuration file, for editors. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: 'erp-deploy.config.yaml', ...z.toJSONSchema(settingsSchema, { io: 'input' }) };
}
