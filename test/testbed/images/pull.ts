import { appendFileSync, mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { docker } from '../docker.ts';
import { cache, engineSocket } from '../places.ts';
import { pins } from './pins.ts';

/** Of these there are real ones that can take the place of the testbed's. */
const pinned = new Set<string>([pins.postgres, pins.postgrest, pins.traefik]);

/** The tags of the images that the testbed pulled, a line each: they go with the testbed. */
export const pulledFile = join(cache, 'pulled');

/**
 * Pulls those images of which there are real ones, where a registry is in reach.
 * @returns the tags that could be pulled
 */
export async function pullReal(
  tags: readonly string[],
  say: (line: string) => void,
): Promise<readonly string[]> {
  const real = tags.filter((tag) => pinned.has(tag));
  const [first] = real;
  if (first === undefined || !(await isInReach(first))) return [];
  const pulled: string[] = [];
  for (const tag of real) {
    say(`pulling ${tag}`);
    try {
      await docker(['pull', '--quiet', tag]);
    } catch {
      // It is made instead.
      continue;
    }
    mkdirSync(cache, { recursive: true });
    appendFileSync(pulledFile, `${tag}\n`);
    pulled.push(tag);
  }
  return pulled;
}

/** Whether the engine, with its mirrors and proxies, reaches a registry that has this image; in five seconds at the most. */
function isInReach(tag: string): Promise<boolean> {
  // Docker Engine API, DistributionInspect: asks the registry without a pull.
  const path = `/distribution/${encodeURI(tag)}/json`;
  return new Promise((resolve) => {
    const asked = request({ socketPath: engineSocket, path }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.setTimeout(5000, () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.on('close', () => resolve(false));
    asked.end();
  });
}
