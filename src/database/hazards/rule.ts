import type { Hazard } from '../../domain/hazard.ts';

/** A kind of hazard. The page docs/reference/hazards.md is made of these texts and of what a server was seen to do. */
export interface Rule extends Pick<Hazard, 'what' | 'work' | 'why' | 'safe'> {
  readonly losesData?: true;
}
