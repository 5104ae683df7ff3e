import { execa } from 'execa';
import { environment } from '../docker.ts';
import { engineSocket } from '../places.ts';
import { withArchive } from './archive.ts';
import type { Image } from './image.ts';

/** Makes images, and loads them into the testbed's engine. */
export async function loadImages(images: readonly Image[]): Promise<void> {
  await withArchive(images, async (folder) => {
    const load = execa('docker', ['load', '--quiet'], { env: environment(engineSocket) });
    await execa('tar', ['-C', folder, '--dereference', '-cf', '-', '.'], { buffer: false }).pipe(load);
  });
}
