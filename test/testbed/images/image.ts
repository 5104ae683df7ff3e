import { createHash } from 'node:crypto';
import { keyOf, type Layer } from '../layer.ts';
import { label } from '../places.ts';

/** An image that the testbed makes by itself, without a builder and without a registry. */
export interface Image {
  readonly tag: string;
  /** What it is instead of the real one, in words: shown by `docker inspect` and by `docker image ls --filter`. */
  readonly what: string;
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

/** As the image format names it: https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfig {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly User?: string;
  readonly StopSignal?: string;
  readonly Volumes?: Readonly<Record<string, Record<string, never>>>;
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
}

/** The label by which an image that was made before is known to be made of the same. */
export const recipeLabel = `${label}.recipe`;

/** Changes with everything that the image is made of. */
export function recipeOf({ tag, what, layers, config }: Image): string {
  const parts = JSON.stringify([tag, what, layers.map(keyOf), config]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 16);
}

/** The labels that an image of the testbed carries. */
export function labelsOf(image: Image): Readonly<Record<string, string>> {
  return { [label]: image.what, [recipeLabel]: recipeOf(image) };
}
