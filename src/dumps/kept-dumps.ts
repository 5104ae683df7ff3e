import type { DumpLocation } from './location.ts';

export interface KeptDump {
  /** The file name: the time at which it was made, and `.dump`. */
  readonly name: string;
  readonly bytes: number;
}

/** Returns the dumps of a database that are stored, the newest first. */
export async function keptDumps({ host, folder }: DumpLocation): Promise<readonly KeptDump[]> {
  const names = (await host.files.list(folder)).filter((name) => name.endsWith('.dump'));
  const nodes = await Promise.all(names.map((name) => host.files.inspect(`${folder}/${name}`)));
  return names
    .flatMap((name, index) => {
      const node = nodes[index];
      return node?.type === 'file' ? [{ name, bytes: node.size }] : [];
    })
    .toReversed();
}
