import { type PhaseName, phaseTitles } from '../../domain/phase.ts';
import type { StepState } from '../../domain/reducer.ts';
import { signOf } from '../theme.ts';

/** A line of the list of steps. */
export type Row =
  | {
      readonly type: 'phase';
      readonly name: PhaseName;
      readonly title: string;
      readonly steps: readonly StepState[];
    }
  | { readonly type: 'step'; readonly step: StepState; readonly current: boolean };

/**
 * Returns the phases with their steps, in at most `height` lines. If they do not fit, the phases farthest from the
 * selected step are folded. If that is not enough, only the lines around the selected step are returned.
 */
export function rowsOf(steps: readonly StepState[], current: string | null, height: number): readonly Row[] {
  // A rollback undoes the newest phase first.
  const phases = [...new Set(steps.map(({ phase }) => phase))];
  const home = Math.max(
    0,
    phases.findIndex((name) => steps.some(({ phase, id }) => phase === name && id === current)),
  );
  const open = new Set<PhaseName>(phases);
  const count = () => phases.length + steps.filter(({ phase }) => open.has(phase)).length;
  const farthestFirst = phases
    .map((name, index) => ({ name, far: Math.abs(index - home) * 2 - (index < home ? 1 : 0) }))
    .filter(({ far }) => far > 0)
    .sort((a, b) => b.far - a.far);
  for (const { name } of farthestFirst) if (count() > height) open.delete(name);
  const rows = phases.flatMap((name): Row[] => {
    const own = steps.filter(({ phase }) => phase === name);
    const head: Row = { type: 'phase', name, title: phaseTitles[name], steps: own };
    return open.has(name)
      ? [head, ...own.map((step): Row => ({ type: 'step', step, current: step.id === current }))]
      : [head];
  });
  const at = rows.findIndex((row) => row.type === 'step' && row.current);
  const first = Math.min(Math.max(0, at - Math.floor(height / 2)), Math.max(0, rows.length - height));
  return rows.slice(first, first + height);
}

/** Returns how many of a phase's steps are done, out of the steps that are not skipped. */
export function phaseCount(steps: readonly StepState[]): { readonly done: number; readonly of: number } {
  const signs = steps.map((step) => signOf(step).sign);
  return {
    done: signs.filter((sign) => sign === '✔').length,
    of: signs.filter((sign) => sign !== '–').length,
  };
}
