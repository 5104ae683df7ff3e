import type { ContentPart } from '../domain/change.ts';
import type { RandomBytes } from '../domain/ports/system.ts';
import { generateSecret, Secret } from '../domain/secret.ts';

/** Returns the text of a file, with generated secrets. */
export function contentOf(parts: readonly ContentPart[], randomBytes: RandomBytes): string {
  return parts.map((part) => textOf(part, randomBytes)).join('');
}

function textOf(part: ContentPart, randomBytes: RandomBytes): string {
  if (typeof part === 'string') return part;
  return part instanceof Secret ? part.reveal() : generateSecret(randomBytes, part.generateBytes).reveal();
}
