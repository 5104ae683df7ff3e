import type { FrontEnd } from '../../domain/front-end.ts';
import type { Adapters } from './adapters.ts';
import type { Io } from './io.ts';

/** What a front end may use of the process. */
export type FrontEndIo = Pick<Io, 'stdin' | 'stdout' | 'stderr' | 'env' | 'cwd' | 'calledAs'> & {
  readonly adapters: Pick<Adapters, 'ownProcess' | 'filesIn'>;
};

/** A front end that is closed before the process ends. */
export interface OpenFrontEnd extends FrontEnd {
  close(): Promise<void>;
}
