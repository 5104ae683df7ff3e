import { execa } from 'execa';
import { z } from 'zod';
import { dockerConfig, engineSocket } from './places.ts';

export interface HowToAsk {
  /** Socket of the engine; by default that of the testbed. */
  readonly socket?: string;
  readonly input?: string;
}

/** Runs the docker command line against one engine, regardless of the user's settings. @throws if it fails */
export function docker(words: readonly string[], { socket = engineSocket, input = '' }: HowToAsk = {}) {
  return execa('docker', words, { env: environment(socket), input });
}

/** Environment variables with which docker, and both versions of Compose, use this engine. */
export function environment(socket: string): Readonly<Record<string, string>> {
  return { DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: dockerConfig, DOCKER_CONTEXT: '' };
}

/** Copies images from the testbed's engine into another. */
export async function copyImages(tags: readonly string[], socket: string): Promise<void> {
  const load = execa('docker', ['load', '--quiet'], { env: environment(socket) });
  await execa('docker', ['save', ...tags], { env: environment(engineSocket), buffer: false }).pipe(load);
}

const imageSchema = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

export interface PresentImage {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Returns those of the images that the engine has, by tag. */
export async function imagesPresent(tags: readonly string[]): Promise<ReadonlyMap<string, PresentImage>> {
  // The command fails if an image is missing, but still prints the others.
  const words = ['image', 'inspect', ...tags];
  const { stdout } = await execa('docker', words, { env: environment(engineSocket), reject: false });
  const found = z.array(imageSchema).parse(JSON.parse(stdout || '[]'));
  const entries = found.flatMap((one) =>
    one.RepoTags.map((tag): [string, PresentImage] => [
      tag,
      { id: one.Id, labels: one.Config?.Labels ?? {} },
    ]),
  );
  return new Map(entries);
}

/** Returns the ids of networks or images with a label. */
export async function labelled(kind: 'network' | 'image', withLabel: string): Promise<readonly string[]> {
  const all = kind === 'image' ? ['--all'] : [];
  const { stdout } = await docker([kind, 'ls', ...all, '--quiet', '--filter', `label=${withLabel}`]);
  return [...new Set(stdout.split('\n').filter((line) => line !== ''))];
}
