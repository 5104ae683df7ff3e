import { S3Error, S3mini } from 's3mini';
import type { BackupStore, S3Bucket, S3Key } from '../domain/ports/backup-store.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';

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
    fetch: (input, init) => fetch(input, { ...init, signal, redirect: 'error' }),
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
    await client.completeMultipartUpload(key, id, done);
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
  yield* answer.body;
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
    if (error instanceof S3Error) throw new ProblemError(refused(name, reasonOf(error)), { cause: error });
    throw error;
  }
}

function reasonOf({ message, code, cause }: S3Error): string {
  const network = cause instanceof Error && cause.cause instanceof Error ? `: ${cause.cause.message}` : '';
  return `${code === undefined ? '' : `${code}: `}${message.replace(/^\[s3mini\] /, '')}${network}`;
}

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
