import { journalFile } from '../kill/journal.ts';
import { linesOf, textIn } from './disk-image.ts';
import { type Image, imageKinds } from './recorded-disk.ts';
import type { Moment } from './recording-file-system.ts';

/** A state of the disk from which a run resumes. */
export interface Cut {
  /** Such as `synced, flushed .env`. */
  readonly name: string;
  /** The kind of the cut: the same for cuts at calls of one kind on files of one kind. */
  readonly boundary: string;
  readonly image: Image;
}

/** Returns each state that the disk may have had once, under the name of the first moment that has it. */
export function cutsOf(moments: readonly Moment[]): readonly Cut[] {
  const cuts = new Map<string, Cut>();
  for (const moment of moments) {
    for (const kind of imageKinds) {
      const image = moment.images[kind];
      const key = linesOf(image).join('\n');
      const [name, boundary] = [`${kind}, ${nameOf(moment)}`, `${kind}, ${boundaryOf(moment)}`];
      if (!cuts.has(key)) cuts.set(key, { name, boundary, image });
    }
  }
  return [...cuts.values()];
}

export function nameOf({ call, path }: Moment): string {
  return `${call} ${path}`;
}

function boundaryOf(moment: Moment): string {
  const { call, path, images } = moment;
  if (path === journalFile) return `${call} the journal: ${recordIn(moment)}`;
  const [, folder] = /^\.erp-deploy\/(lock|backups)/.exec(path) ?? [];
  const [, name] = /\/(\.env|\.gitignore)(?:\.[^/]*)?$/.exec(path) ?? [];
  const isFolder = images.all.get(path)?.bytes === null;
  const temporary = path.endsWith('.tmp') ? ', temporary' : '';
  return `${call} ${folder ?? name ?? (isFolder ? 'a folder' : 'a file')}${temporary}`;
}

/** Returns the type of the journal's last record. */
export function recordIn({ images }: Moment): string {
  const last = textIn(images.all, journalFile)?.trimEnd().split('\n').at(-1);
  return /"type":"(\w+)"/.exec(last ?? '')?.[1] ?? 'none';
}
