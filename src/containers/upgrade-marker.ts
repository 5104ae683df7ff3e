import { switchMarker } from '../argv/upgrade.ts';
import type { Stack } from './stack.ts';

/** Returns whether a switch to a new version has begun, and is not completed. */
export async function switchHasBegun({ host, folder }: Stack): Promise<boolean> {
  const path = folder === '.' ? switchMarker : `${folder}/${switchMarker}`;
  return (await host.files.inspect(path)).type === 'file';
}
