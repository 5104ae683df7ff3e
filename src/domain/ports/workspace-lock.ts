/** Numbered files for the workspace lock; each number can be claimed only once. */
export interface ClaimFolder {
  entries(): Promise<readonly { readonly number: number; readonly text: string }[]>;
  /** Creates entry `number` with its text atomically; false if it exists. */
  claim(number: number, text: string): Promise<boolean>;
  replace(number: number, text: string): Promise<void>;
  remove(number: number): Promise<void>;
  readonly sockets: LivenessSockets;
}

/** A socket file, with the numbers that distinguish it from another of the same name. */
export interface LivenessSocket {
  readonly name: string;
  readonly device: string;
  readonly inode: string;
}

/** Listening sockets beside the entries: the kernel closes one when its process ends, however it ends. */
export interface LivenessSockets {
  /** Listens until `close` is called or this process ends; null if the system has no socket for this folder. */
  listen(): Promise<{ readonly socket: LivenessSocket; close(): Promise<void> } | null>;
  /**
   * Returns `gone` if the process behind the socket has ended, provided that it ran on the present boot of this
   * machine; `unknown` if nothing can be concluded.
   */
  stateOf(socket: LivenessSocket): Promise<'running' | 'gone' | 'unknown'>;
  removeAllBut(name: string | null): Promise<void>;
}
