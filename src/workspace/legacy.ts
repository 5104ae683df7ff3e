import type { Context } from './context.ts';
import { layout } from './layout.ts';

/** The checklist's `00{1,2,3}_*.sql`. */
const legacyName = /^00[123]_.*\.sql$/;

/** Lists the legacy migrations that are not archived yet. */
export async function legacyLeft({ files }: Context): Promise<readonly string[]> {
  return (await files.list(layout.legacy)).filter((name) => legacyName.test(name));
}

export async function legacyArchived({ files }: Context): Promise<readonly string[]> {
  return (await files.list(layout.archive)).filter((name) => legacyName.test(name));
}

/** Whether the archive has a README; the user may have written it. */
export async function archiveIsExplained({ files }: Context): Promise<boolean> {
  const node = await files.inspect(layout.archiveReadme);
  return node.type === 'file' && node.size > 0;
}
