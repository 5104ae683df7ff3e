import { isStepId, type PhaseName, phaseNames, type StepId } from '../domain/phase.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { Step } from '../domain/step.ts';

/** The steps that the operator selected. A selection never bypasses what a step depends on. */
export interface Selection {
  readonly phases: readonly string[];
  readonly only: readonly string[];
  /** Step id to reason. */
  readonly skip: ReadonlyMap<string, string>;
  /** The ids of `skip` that the command line names; the configuration may name more. */
  readonly skipNow: readonly string[];
  readonly from: string | null;
  readonly until: string | null;
}

/** What a selection needs to know of a step. */
export type SelectableStep = Pick<Step<never>, 'id' | 'phase'>;

/** Returns the selected steps in checklist order, or every fault of the selection. */
export function selectSteps<Some extends SelectableStep>(
  steps: readonly Some[],
  selection: Selection,
): { readonly steps: readonly Some[] } | { readonly problems: readonly [Problem, ...Problem[]] } {
  const [first, ...rest] = faultsOf(
    selection,
    steps.map((step) => step.id),
  );
  if (first !== undefined) return { problems: [first, ...rest] };
  const position = (id: string) => steps.findIndex((step) => step.id === id);
  const from = selection.from === null ? 0 : position(selection.from);
  const until = selection.until === null ? steps.length : position(selection.until);
  const selected = steps.filter(
    (step, index) =>
      index >= from &&
      index <= until &&
      (selection.phases.length === 0 || selection.phases.includes(step.phase)) &&
      (selection.only.length === 0 || selection.only.includes(step.id)),
  );
  if (selected.every(({ id }) => selection.skipNow.includes(id))) {
    return { problems: [nothingSelected(selection, from > until)] };
  }
  return { steps: selected };
}

/** @param isReversed whether the last step comes before the first */
function nothingSelected({ from, until }: Selection, isReversed: boolean): Problem {
  return {
    code: 'ERP-0105',
    what: 'No step is selected.',
    why: isReversed
      ? `In the checklist, ${from} comes after ${until}.`
      : 'No step meets all of --phase, --only, --from, --until and --skip.',
    todo: [
      { text: 'Leave out one of these flags.' },
      { text: 'To see all steps', command: ['erp-deploy', 'status', '--recorded'] },
    ],
    exit: exitCodes.usage,
  };
}

function faultsOf(selection: Selection, known: readonly StepId[]): Problem[] {
  const asked: [string, string][] = [
    ...selection.only.map((id): [string, string] => ['--only', id]),
    ...[...selection.skip.keys()].map((id): [string, string] => ['--skip', id]),
    ...(selection.from === null ? [] : [['--from', selection.from] satisfies [string, string]]),
    ...(selection.until === null ? [] : [['--until', selection.until] satisfies [string, string]]),
  ];
  return [
    ...asked
      .filter(([, id]) => !isStepId(id) || !known.includes(id))
      .map(([flag, id]) => unknown(`${flag} ${id}`, 'step', known)),
    ...selection.phases
      .filter((name) => !isPhase(name))
      .map((name) => unknown(`--phase ${name}`, 'phase', phaseNames)),
  ];
}

function isPhase(name: string): name is PhaseName {
  return phaseNames.some((one) => one === name);
}

function unknown(given: string, what: string, known: readonly string[]): Problem {
  return {
    code: 'ERP-0102',
    what: `${given}: no such ${what}.`,
    why: `The ${what}s are ${known.join(', ')}.`,
    todo: [{ text: 'Use one of those.' }],
    exit: exitCodes.usage,
  };
}
