/** For node: compiling WebAssembly well costs more than a short run has to do with it, a third of its time. */
export const quickStart = '--liftoff-only';
