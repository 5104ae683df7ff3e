/**
 * A double of a registry that supports only pulls (OCI Distribution Specification 1.1, "Pull"). It serves the image of
 * an unpacked `docker save` under any name. Arguments: the folder, and a port of 127.0.0.1.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';

const [folder = '', port = ''] = process.argv.slice(2);
const savedSchema = z.tuple([z.object({ Config: z.string(), Layers: z.array(z.string()) })]);

const kinds = 'application/vnd.docker';
const blobs = new Map<string, Buffer>();

function blob(file: string, mediaType: string) {
  const bytes = readFileSync(join(folder, file));
  const digest = digestOf(bytes);
  blobs.set(digest, bytes);
  return { mediaType, size: bytes.length, digest };
}

const [saved] = savedSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
const mediaType = `${kinds}.distribution.manifest.v2+json`;
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: blob(saved.Config, `${kinds}.container.image.v1+json`),
    // Engines detect whether a layer is compressed.
    layers: saved.Layers.map((file) => blob(file, `${kinds}.image.rootfs.diff.tar.gzip`)),
  }),
);

const server = createServer(({ method, url = '' }, response) => {
  const isManifest = /\/manifests\/[^/]+$/.test(url);
  const bytes = isManifest ? manifest : blobs.get(url.replace(/^.*\/blobs\//, ''));
  response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
  if (bytes === undefined) {
    response.writeHead(url === '/v2/' ? 200 : 404).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': isManifest ? mediaType : 'application/octet-stream',
    'Content-Length': bytes.length,
    'Docker-Content-Digest': digestOf(bytes),
  });
  response.end(method === 'HEAD' ? undefined : bytes);
});

server.listen(Number(port), '127.0.0.1');

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
