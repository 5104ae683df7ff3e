import { afterAll } from 'vitest';
import { switchOffServers } from './server.ts';

// For vitest's `setupFiles`: behind the file's own hooks, since it is here first.
afterAll(switchOffServers);
