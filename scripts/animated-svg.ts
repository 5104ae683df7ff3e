import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The pictures of one rollout, in order. */
const frames = ['setup', 'plan', 'step', 'rollout', 'lessons', 'end'] as const;
/** Seconds for which each is shown. */
const shown = 2.5;

/**
 * Returns an animation of a rollout, from the pictures that the real program made. It loops; a reader who prefers no
 * motion sees the last picture.
 * @param folder of the pictures
 */
export async function animatedRollout(folder: string): Promise<string> {
  const pictures = await Promise.all(
    frames.map((name) => readFile(join(folder, `${name}-80x24.svg`), 'utf8')),
  );
  return animated(pictures);
}

/** @param pictures SVGs of the same size, as `svgOf` returns them */
export function animated(pictures: readonly string[]): string {
  const [, open = ''] = /^(<svg [^>]*>)/.exec(pictures[0] ?? '') ?? [];
  const bodies = pictures.map((picture) =>
    picture.replace(/^<svg [^>]*>\n<title>[^<]*<\/title>\n/, '').replace(/<\/svg>\n$/, ''),
  );
  const share = (100 / bodies.length).toFixed(3);
  return `${open}
<title>A rollout with erp-deploy in a terminal</title>
<style>
.frame { opacity: 0; animation: show ${bodies.length * shown}s step-end infinite; }
@keyframes show { 0% { opacity: 1; } ${share}% { opacity: 0; } }
${bodies.map((_, index) => `.frame-${index} { animation-delay: ${index * shown}s; }`).join('\n')}
@media (prefers-reduced-motion: reduce) { .frame { animation: none; } .frame-${bodies.length - 1} { opacity: 1; } }
</style>
${bodies.map((body, index) => `<g class="frame frame-${index}">\n${body}</g>`).join('\n')}
</svg>
`;
}
