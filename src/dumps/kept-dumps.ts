import type { DumpLocation } from './location.ts';

/** A dump that is kept. */
export interface KeptDump {
  /** Its file, in the folder of the dumps: when it was made, and `.dump`. */
  readonly name: string;
  readonly bytes: number;
}

/** The dumps that are kept of a database, the newest first. */
export async function keptDumps({ host, folder }: DumpLocation): Promise<readonly KeptDump[]> {
  const names = (await host.files.list(folder)).filter((name) => name.endsWith('.dump'));
  const nodes = await Promise.all(names.map((name) => host.files.look(`${folder}/${name}`)));
  return names
    .flatMap((name, index) => {
      const node = nodes[index];
      return node?.type === 'file' ? [{ name, bytes: node.size }] : [];
    })
    .toReversed();
}
