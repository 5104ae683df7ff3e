import { fileURLToPath } from 'node:url';

/** The built program. */
export const program = fileURLToPath(new URL('../bin/erp-deploy.js', import.meta.url));
