import { readFileSync } from 'node:fs';
import * as z from 'zod';

const manifestSchema = z.object({ name: z.string(), version: z.string() });

/** What is read of a CycloneDX document as `npm sbom` writes it; the rest is kept. */
const sbomSchema = z.looseObject({
  components: z.array(z.looseObject({ 'bom-ref': z.string() })),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

/**
 * Returns a bill of materials of what a user gets: the packages that are installed, and those in the bundle.
 * @param all the document for every package of the checkout
 * @param installed the one for the packages that are installed with the program
 * @param bundled `name@version` of the packages in the bundle
 */
export function shippedPackages(all: unknown, installed: unknown, bundled: readonly string[]): object {
  const document = sbomSchema.parse(all);
  const refs = sbomSchema.parse(installed).components.map((component) => component['bom-ref']);
  const shipped = new Set([...refs, ...bundled]);
  const known = new Set(document.components.map((component) => component['bom-ref']));
  const unknown = bundled.filter((ref) => !known.has(ref));
  if (unknown.length > 0) throw new Error(`npm sbom does not know ${unknown.join(', ')}`);
  return {
    ...document,
    components: document.components.filter((component) => shipped.has(component['bom-ref'])),
    dependencies: document.dependencies
      .filter(({ ref }) => shipped.has(ref) || !known.has(ref))
      .map((one) => ({ ...one, dependsOn: one.dependsOn.filter((ref) => shipped.has(ref)) })),
  };
}

/** Returns `name@version` of the packages that files of a bundle belong to, sorted. */
export function packagesOf(inputs: readonly string[]): readonly string[] {
  const refs = foldersOf(inputs).map((folder) => {
    const { name, version } = manifestSchema.parse(
      JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')),
    );
    return `${name}@${version}`;
  });
  return [...new Set(refs)].toSorted();
}

/** Returns the folders of the packages that files of a bundle belong to. */
export function foldersOf(inputs: readonly string[]): readonly string[] {
  const folders = inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)];
}
