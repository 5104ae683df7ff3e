import type { FrontEnd } from '../../domain/front-end.ts';
import type { Adapters } from './adapters.ts';
import type { Io } from './io.ts';

/** What a front end touches. */
export type FrontEndIo = Pick<Io, 'stdin' | 'stdout' | 'stderr' | 'env' | 'cwd' | 'calledAs'> & {
  readonly adapters: Pick<Adapters, 'ownProcess'>;
};

/** A front end and what is to be awaited before the process ends. */
export interface OpenFrontEnd extends FrontEnd {
  close(): Promise<void>;
}
