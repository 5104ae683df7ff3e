import { appendFileSync, mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { docker } from '../docker.ts';
import { cache, engineSocket } from '../places.ts';
import { pins } from './pins.ts';

/** Images for which a real one can replace that of the testbed. */
const pinned = new Set<string>([pins.postgres, pins.postgrest, pins.traefik]);

/** File with the tags of the images that the testbed pulled, one per line; they are removed with the testbed. */
export const pulledFile = join(cache, 'pulled');

/**
 * Pulls the images that exist in a registry, if one can be reached.
 * @returns the pulled tags
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
      // The testbed makes this image instead.
      continue;
    }
    mkdirSync(cache, { recursive: true });
    appendFileSync(pulledFile, `${tag}\n`);
    pulled.push(tag);
  }
  return pulled;
}

/** Returns whether the engine, with its mirrors and proxies, reaches a registry with this image within five seconds. */
function isInReach(tag: string): Promise<boolean> {
  // Docker Engine API, DistributionInspect: queries the registry without a pull.
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
