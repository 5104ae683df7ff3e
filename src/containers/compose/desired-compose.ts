import { containersWith } from '../../config/containers.ts';
import { checksumOf } from '../../database/checksum.ts';
import type { Context } from '../../workspace/context.ts';
import { layout } from '../../workspace/layout.ts';
import { diffOf } from '../../workspace/own-file.ts';
import { composeAsset } from '../compose-asset.ts';
import { mergeLines } from './merge-lines.ts';
import { readCompose } from './read-compose.ts';
import { type ComposeSettings, renderCompose } from './render-compose.ts';

/** The compose file that a workspace is to have. */
export interface DesiredCompose {
  readonly text: string;
  /** How the file of the workspace differs from what erp-deploy would have written (a diff); empty if it does not. */
  readonly changesOfUser: readonly string[];
  /** Whether only the values of settings differ from the file of this version, if anything does. */
  readonly isOurs: boolean;
  /** Ports that it publishes beyond 127.0.0.1, as they are written. */
  readonly exposed: readonly string[];
  /** Lines of this version that are left out, because the user changed the same place. */
  readonly leftOut: readonly string[];
  /** Whether the file has both services; otherwise the text is the one of this version. */
  readonly isReadable: boolean;
}

type Source = Pick<Context, 'files' | 'assets' | 'config'>;

/** Returns the compose file for the current settings, with the changes that the user made to the one in the workspace. */
export async function desiredCompose({ files, assets, config }: Source): Promise<DesiredCompose> {
  const template = await assets.read(composeAsset);
  const exists = (await files.inspect(layout.compose)).type === 'file';
  return mergedCompose(template, exists ? await files.read(layout.compose) : null, config);
}

/**
 * Merges three texts: what erp-deploy would have written with the values that the file contains (the base), the file of
 * the user, and what erp-deploy writes now. The base is computed, so a fresh clone merges like the machine that wrote it.
 * @param template the compose file of the package
 * @param theirs the file of the workspace; null if there is none
 */
export function mergedCompose(
  template: string,
  theirs: string | null,
  settings: ComposeSettings,
): DesiredCompose {
  const ours = renderCompose(template, settings);
  const reading = theirs === null ? null : readCompose(theirs);
  const unchanged = {
    text: ours,
    changesOfUser: [],
    leftOut: [],
    isReadable: true,
    isOurs: true,
    exposed: [],
  };
  if (theirs === null) return unchanged;
  if (reading === null) return { ...unchanged, isReadable: false, isOurs: false };
  const base = renderCompose(template, {
    database: { ...settings.database, ...reading.database },
    publicHost: reading.publicHost ?? settings.publicHost,
    containers: containersWith(reading.containers),
  });
  if (checksumOf(base) === checksumOf(theirs)) return unchanged;
  const changesOfUser = diffOf('', base, theirs);
  // Git may have rewritten the line ends.
  const { text, leftOut } = mergeLines(base, theirs.replaceAll('\r\n', '\n'), ours);
  const { exposed } = reading;
  // Both may have added the same key at different places, which YAML refuses.
  if (readCompose(text) === null) {
    const more = ours.split('\n').filter((line) => !theirs.split('\n').includes(line));
    return { text: theirs, changesOfUser, leftOut: more, isReadable: true, isOurs: false, exposed };
  }
  const wanted = base === ours ? theirs : text;
  return { text: wanted, changesOfUser, leftOut, isReadable: true, isOurs: false, exposed };
}
