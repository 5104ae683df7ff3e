import { createHash } from 'node:crypto';
import { keyOf, type Layer } from '../layer.ts';
import { label } from '../places.ts';

/** An image that the testbed makes without a builder and without a registry. */
export interface Image {
  readonly tag: string;
  /** Description of what it contains instead of the real image, for `docker inspect` and `docker image ls --filter`. */
  readonly what: string;
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

/** In the names of the image format: https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfig {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly User?: string;
  readonly StopSignal?: string;
  readonly Volumes?: Readonly<Record<string, Record<string, never>>>;
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
}

/** The label that shows whether an existing image was made from the same sources. */
export const recipeLabel = `${label}.recipe`;

/** Returns a hash of everything that the image is made of. */
export function recipeOf({ tag, what, layers, config }: Image): string {
  const parts = JSON.stringify([tag, what, layers.map(keyOf), config]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 16);
}

/** Returns the labels of an image of the testbed. */
export function labelsOf(image: Image): Readonly<Record<string, string>> {
  return { [label]: image.what, [recipeLabel]: recipeOf(image) };
}
