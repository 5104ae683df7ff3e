import type { Writable } from 'node:stream';

/** Writes the same bytes for as long as the peer reads. */
export function floodTo(stream: Writable, bytes: Uint8Array): void {
  // Writes in pieces, because the peer runs in the same process and needs the event loop.
  const write = () => {
    if (stream.destroyed || stream.writableEnded) return;
    if (stream.write(bytes)) setImmediate(write);
    else stream.once('drain', write);
  };
  write();
}

/** Writes one byte every 20 ms. */
export function dripTo(stream: Writable, bytes: Uint8Array): void {
  let at = 0;
  const timer = setInterval(() => {
    if (stream.destroyed || stream.writableEnded || at >= bytes.length) return clearInterval(timer);
    stream.write(bytes.subarray(at, at + 1));
    at += 1;
  }, 20);
}
