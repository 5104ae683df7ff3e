import type { FrontEnd } from '../domain/front-end.ts';

/** Where a front end writes, and whether somebody sits there. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** A front end and what is to be awaited before the process ends. */
export interface OpenFrontEnd extends FrontEnd {
  close(): Promise<void>;
}
