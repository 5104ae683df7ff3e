import { type Sftp, SftpRefusal } from './sftp.ts';

/** Bytes in one request. OpenSSH's sftp-server accepts up to 256 kB, others 32 kB. */
const chunk = 32 * 1024;
/** Requests in flight at once: with only one, every 32 kB would take a round trip. */
const window = 64;

/** Writes a new file and flushes it to the disk. Only its owner can access it until its content is complete. */
export async function upload(sftp: Sftp, path: string, content: Buffer, mode: number): Promise<void> {
  const file = await sftp.call<Buffer>((session, done) => session.open(path, 'wx', 0o600, done));
  const close = () =>
    sftp.call<void>((session, done) => session.close(file, (error) => done(error, undefined)));
  try {
    let start = 0;
    for (; start + chunk * window < content.length; start += chunk * window) {
      await Promise.all(writesFrom(sftp, file, content, start));
    }
    // Sent together: a server processes the requests on a file in their order (filexfer-02, 3).
    await Promise.all([
      ...writesFrom(sftp, file, content, start),
      sftp.call<void>((session, done) => session.fchmod(file, mode, (error) => done(error, undefined))),
      flushed(sftp, file),
    ]);
    await close();
  } catch (error) {
    if (error instanceof SftpRefusal) {
      await close().catch(() => undefined); // the first error is reported
    }
    throw error;
  }
}

/** Sends the next requests, as many as may be in flight at once. */
function writesFrom(sftp: Sftp, file: Buffer, content: Buffer, start: number): Promise<void>[] {
  const count = Math.min(window, Math.ceil((content.length - start) / chunk));
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * chunk;
    const length = Math.min(chunk, content.length - at);
    return sftp.call<void>((session, done) =>
      session.write(file, content, at, length, at, (error) => done(error, undefined)),
    );
  });
}

/** Flushes by fsync@openssh.com. Without that extension, the `sync` before the rename must suffice. */
async function flushed(sftp: Sftp, file: Buffer): Promise<void> {
  await sftp.call<void>((session, done) => {
    try {
      session.ext_openssh_fsync(file, (error) => done(error, undefined));
    } catch (error) {
      // ssh2 throws if the server has not announced the extension.
      if (!(error instanceof Error)) throw error;
      done(undefined, undefined);
    }
  });
}
