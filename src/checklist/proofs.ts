import type { Evidence } from '../domain/evidence.ts';
import type { BoxId, StepId } from '../domain/phase.ts';
import type { KnownBox } from './match-boxes.ts';

type Target = Evidence['target'];

/** What proves a box. */
export interface Proof {
  /** The steps whose evidence it takes, most telling last; its own section's is always among them. */
  readonly steps: readonly StepId[];
  /** Whose state the evidence has to be of: a box about a container is not true because of an embedded run. */
  readonly targets: readonly Target[];
}

const anywhere: readonly Target[] = ['workspace', 'embedded', 'docker', 'production'];
const container: readonly Target[] = ['docker', 'production'];
const localContainer: readonly Target[] = ['docker'];
const production: readonly Target[] = ['production'];

/** Boxes that a later step proves as well: what is only written first is seen running later. */
const later: Readonly<Partial<Record<BoxId, readonly StepId[]>>> = {
  '0.2#2': ['2.1', '3.2'],
  '0.2#3': ['2.5', '3.5'],
  '0.5#5': ['2.3'],
  '1.1#22': ['2.2'],
  '1.2#39': ['2.2'],
  '2.4#6': ['2.3'],
  '2.4#7': ['2.3'],
};

/** Boxes that speak of a container, or of a deployment; those of phase 3 all do. */
const bound: Readonly<Partial<Record<BoxId, readonly Target[]>>> = {
  '0.2#2': container,
  '0.2#3': container,
  '2.1#1': localContainer,
  '2.1#2': localContainer,
  '2.1#3': localContainer,
  '2.2#1': localContainer,
  '2.2#3': localContainer,
  '2.3#1': localContainer,
  '2.4#1': localContainer,
  '2.4#2': localContainer,
  '2.5#1': localContainer,
  '2.5#2': localContainer,
  '2.5#3': localContainer,
  '2.5#4': localContainer,
  '4.1#3': container,
  '4.4#4': production,
  '4.4#5': production,
  '5.2#1': container,
  '5.2#2': container,
  '5.2#3': container,
  '5.2#4': container,
};

/** What proves a box of the checklist. */
export function proofOf({ id, step, phase }: KnownBox): Proof {
  const deployed = phase === 'production' || phase === 'cloudflare';
  return {
    steps: [step, ...(later[id] ?? [])],
    targets: deployed ? production : (bound[id] ?? anywhere),
  };
}
