import { afterAll } from 'vitest';
import { switchOffDroplets } from './droplet.ts';

// For vitest's `setupFiles`: behind the file's own hooks, since it is here first.
afterAll(switchOffDroplets);
