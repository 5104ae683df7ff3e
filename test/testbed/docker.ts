import { execa } from 'execa';
import { z } from 'zod';
import { dockerConfig, engineSocket } from './places.ts';

export interface HowToAsk {
  /** The engine's socket; the testbed's own where none is given. */
  readonly socket?: string;
  readonly input?: string;
}

/** Runs docker's command line against one engine, whatever the tester's own settings name. @throws where it fails */
export function docker(words: readonly string[], { socket = engineSocket, input = '' }: HowToAsk = {}) {
  return execa('docker', words, { env: environment(socket), input });
}

/** Settings that lead docker, and compose of both versions, to this engine. */
export function environment(socket: string): Readonly<Record<string, string>> {
  return { DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: dockerConfig, DOCKER_CONTEXT: '' };
}

/** Puts images of the testbed's engine into another. */
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

/** Those of the images that the engine has, by their tags. */
export async function imagesPresent(tags: readonly string[]): Promise<ReadonlyMap<string, PresentImage>> {
  // It fails where one is missing, and prints the others all the same.
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

/** Networks or images that bear a label, by their ids. */
export async function labelled(kind: 'network' | 'image', withLabel: string): Promise<readonly string[]> {
  const all = kind === 'image' ? ['--all'] : [];
  const { stdout } = await docker([kind, 'ls', ...all, '--quiet', '--filter', `label=${withLabel}`]);
  return [...new Set(stdout.split('\n').filter((line) => line !== ''))];
}
