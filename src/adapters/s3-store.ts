import { S3Error, S3mini } from 's3mini';
import type { BackupStore, S3Bucket, S3Key } from '../domain/ports/backup-store.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import { asS3, NoS3Answer, s3Fetch } from './s3-fetch.ts';

/** Bytes of a part of a multipart upload: at least 5 MiB (Amazon S3, "Multipart upload limits"). */
const partBytes = 8 * 1_048_576;

/** A bucket of an S3-compatible service, or the objects in it whose names have a prefix. */
export function s3Store(bucket: S3Bucket, key: S3Key): BackupStore {
  const { endpoint, prefix } = bucket;
  const name = `${endpoint}/${prefix}`;
  const path = (file: string) => `${prefix}${file}`;
  const call = <Answer>(signal: AbortSignal, act: (client: S3mini) => Promise<Answer>) =>
    withProblem(name, signal, () => act(clientFor(bucket, key, signal)));
  return {
    name,
    list: (signal) =>
      call(signal, async (client) => {
        const found = await client.listObjects('/', prefix);
        if (found === null) throw new ProblemError(refused(name, 'there is no such bucket'));
        return found.map(({ Key }) => Key.slice(prefix.length)).toSorted();
      }),
    write: (file, chunks, signal) => call(signal, (client) => upload(client, path(file), chunks)),
    read: (file, signal) => download(clientFor(bucket, key, signal), path(file), name, signal),
    remove: (file, signal) =>
      call(signal, async (client) => {
        await client.deleteObject(path(file));
      }),
  };
}

function clientFor({ endpoint, region }: S3Bucket, { id, secret }: S3Key, signal: AbortSignal): S3mini {
  return new S3mini({
    accessKeyId: id,
    secretAccessKey: secret.reveal(),
    endpoint,
    region,
    fetch: s3Fetch(signal),
  });
}

/** Uploads a file in parts, of which only the last one may be small; it exists only once all of them are there. */
async function upload(client: S3mini, key: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const parts = inParts(chunks);
  const first = await parts.next();
  const second = await parts.next();
  if (second.done === true) {
    await client.putObject(key, Buffer.from(first.done === true ? new Uint8Array() : first.value));
    return;
  }
  const id = await client.getMultipartUploadId(key);
  try {
    const done = [];
    for (const part of first.done === true ? [] : [first.value, second.value])
      done.push(await client.uploadPart(key, id, Buffer.from(part), done.length + 1));
    for await (const part of parts)
      done.push(await client.uploadPart(key, id, Buffer.from(part), done.length + 1));
    // The service may find out that it failed after it has answered with 200 (Amazon S3, "CompleteMultipartUpload").
    if ('Error' in (await client.completeMultipartUpload(key, id, done)))
      throw new NoS3Answer(`the parts of ${key} were not put together`);
  } catch (error) {
    // The first error is the one to report; what is left of the upload costs space only.
    await client.abortMultipartUpload(key, id).catch(() => undefined);
    throw error;
  }
}

async function* inParts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  let kept: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    kept.push(chunk);
    size += chunk.length;
    if (size < partBytes) continue;
    yield Buffer.concat(kept);
    [kept, size] = [[], 0];
  }
  if (size > 0) yield Buffer.concat(kept);
  return undefined;
}

async function* download(
  client: S3mini,
  key: string,
  name: string,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const answer = await withProblem(name, signal, () => client.getObjectResponse(key));
  if (answer?.body == null) throw new ProblemError(refused(name, `there is no ${key}`));
  const reader = answer.body.getReader();
  try {
    for (;;) {
      const { done, value } = await withProblem(name, signal, () => asS3(signal, () => reader.read()));
      if (done) return;
      yield value;
    }
  } finally {
    // What is not read any more costs time only; an error of it was thrown already.
    await reader.cancel().catch(() => undefined);
  }
}

/** @throws ProblemError in place of an error of the service or of the network */
async function withProblem<Answer>(
  name: string,
  signal: AbortSignal,
  act: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    signal.throwIfAborted();
    const why = reasonOf(error);
    if (why === null) throw error;
    throw new ProblemError(refused(name, why), { cause: error });
  }
}

const ofLibrary = '[s3mini] ';

/** Returns null for an error of anything else, such as of the file that is uploaded. */
function reasonOf(error: unknown): string | null {
  if (error instanceof NoS3Answer) return error.message;
  if (error instanceof S3Error)
    return `${error.code === undefined ? '' : `${error.code}: `}${withoutBody(error.message)}`;
  // An answer of another form is a plain error, which quotes the answer.
  return error instanceof Error && error.message.startsWith(ofLibrary) ? withoutBody(error.message) : null;
}

const withoutBody = (message: string) =>
  (message.startsWith(ofLibrary) ? message.slice(ofLibrary.length) : message).split(/, err body: |: \{/)[0] ??
  '';

function refused(name: string, why: string): Problem {
  return {
    code: 'ERP-0866',
    what: `The copies of backups in ${name} cannot be reached.`,
    why: `${why}.`,
    todo: [
      { text: 'Check backup.s3 in erp-deploy.config.yaml: endpoint with the bucket, region and prefix.' },
      {
        text: 'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, and what the key may do.',
      },
    ],
    exit: exitCodes.prerequisite,
  };
}
