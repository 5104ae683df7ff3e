import type { TestProject } from 'vitest/node';
import { settingsFrom } from '../run/settings.ts';
import { pins } from './images/pins.ts';
import { composeV1, dockerConfig } from './places.ts';
import { bringUp } from './testbed.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testbed: {
      /** A value for `DOCKER_CONFIG`, with which `docker compose` is v2. */
      dockerConfig: string;
      /** A folder for the front of `PATH`, in which `docker-compose` is v1. */
      composeV1: string;
      /** The tags of the images in its engines. */
      images: Readonly<Record<keyof typeof pins, string>>;
    };
  }
}

/**
 * Brings the testbed up, unless the files that need it are left out. It stays for the next run, until
 * `npm run testbed:down`. For Vitest's `globalSetup`.
 */
export default async function setup(project: TestProject): Promise<void> {
  if (settingsFrom(process.env).missing.includes('testbed')) return;
  await bringUp((line) => process.stderr.write(`testbed: ${line}\n`));
  project.provide('testbed', { dockerConfig, composeV1, images: pins });
}
