import { afterAll } from 'vitest';
import { switchOffServers } from './server.ts';

// For vitest's `setupFiles`: this hook is registered first, so it runs after those of the file.
afterAll(switchOffServers);
