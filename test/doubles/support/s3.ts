import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Objects per page of a listing; S3 returns 1000. */
const pageSize = 3;
/** Minimum size of every part except the last (Amazon S3, "Multipart upload limits"). */
const smallestPart = 5 * 1_048_576;

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * A double of an S3-compatible service with one bucket, on 127.0.0.1. It checks Signature Version 4 (Amazon S3,
 * "Authenticating Requests (AWS Signature Version 4)"), lists in pages (ListObjectsV2), and knows multipart uploads.
 */
export async function startS3(keyId: string, secret: string) {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  /** All requests, including refused ones. */
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    const body = await buffer(request);
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    const end = (status: number, text: string | Buffer = '', headers: Record<string, string> = {}) =>
      void response.writeHead(status, headers).end(text);
    const fail = (status: number, code: string) =>
      end(status, `<?xml version="1.0"?><Error><Code>${code}</Code><Message>refused</Message></Error>`, {
        'content-type': 'application/xml',
      });
    if (!isSigned(request, url, keyId, secret)) return fail(403, 'SignatureDoesNotMatch');
    const [, bucket, ...rest] = url.pathname.split('/').map(decodeURIComponent);
    if (bucket !== 'bucket') return fail(404, 'NoSuchBucket');
    const key = rest.join('/');
    const query = url.searchParams;
    const upload = query.get('uploadId');
    switch (request.method) {
      case 'GET': {
        if (query.get('list-type') === '2') return end(200, listing(objects, query));
        const object = objects.get(key);
        return object === undefined ? fail(404, 'NoSuchKey') : end(200, object);
      }
      case 'PUT':
        if (upload === null) objects.set(key, body);
        else uploads.get(upload)?.set(Number(query.get('partNumber')), body);
        return end(200, '', { etag: `"${createHash('md5').update(body).digest('hex')}"` });
      case 'POST': {
        if (query.has('uploads')) {
          const id = `upload-${uploads.size}`;
          uploads.set(id, new Map());
          return end(
            200,
            `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
          );
        }
        const parts = [...(uploads.get(upload ?? '') ?? [])].sort(([one], [other]) => one - other);
        if (parts.slice(0, -1).some(([, part]) => part.length < smallestPart))
          return fail(400, 'EntityTooSmall');
        objects.set(key, Buffer.concat(parts.map(([, part]) => part)));
        uploads.delete(upload ?? '');
        return end(200, '<CompleteMultipartUploadResult><ETag>"x-1"</ETag></CompleteMultipartUploadResult>');
      }
      case 'DELETE':
        if (upload === null) objects.delete(key);
        else uploads.delete(upload);
        return end(204);
      default:
        return fail(405, 'MethodNotAllowed');
    }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // The address of a server on a port always has this form.
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/bucket`,
    objects,
    uploads,
    requests,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function listing(objects: ReadonlyMap<string, Buffer>, query: URLSearchParams): string {
  const after = query.get('continuation-token') ?? '';
  const names = [...objects.keys()].filter((name) => name.startsWith(query.get('prefix') ?? '')).sort();
  const rest = names.filter((name) => name > after);
  const page = rest.slice(0, pageSize);
  const contents = page.map(
    (name) => `<Contents><Key>${name}</Key><Size>${objects.get(name)?.length}</Size></Contents>`,
  );
  const next =
    rest.length > page.length
      ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${page.at(-1)}</NextContinuationToken>`
      : '<IsTruncated>false</IsTruncated>';
  return `<?xml version="1.0"?><ListBucketResult>${next}${contents.join('')}</ListBucketResult>`;
}

function isSigned({ method, headers }: IncomingMessage, url: URL, keyId: string, secret: string): boolean {
  const [, credential = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const [id, date = '', region = '', service = ''] = credential.split('/');
  const names = signed.split(';');
  if (id !== keyId || service !== 's3' || !names.includes('host')) return false;
  const encode = (text: string) =>
    encodeURIComponent(text).replaceAll(
      /[!'()*]/g,
      (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const lines = names.map((name) => `${name}:${headers[name]}`);
  const canonical = [method, url.pathname, query, ...lines, '', signed, headers['x-amz-content-sha256']].join(
    '\n',
  );
  const scope = `${date}/${region}/s3/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${headers['x-amz-date']}\n${scope}\n${sha256(canonical)}`;
  const key = ['s3', 'aws4_request'].reduce(
    (last, part) => hmac(last, part),
    hmac(hmac(`AWS4${secret}`, date), region),
  );
  const expected = hmac(key, text).toString('hex');
  return signature.length === 64 && timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
}
