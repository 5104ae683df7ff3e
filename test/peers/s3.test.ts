import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { beforeAll, expect, it } from 'vitest';
import { s3Store } from '../../src/adapters/s3-store.ts';
import { exitCodes, ProblemError } from '../../src/domain/problem.ts';
import { Secret } from '../../src/domain/secret.ts';
import { visibleLines } from '../../src/domain/visible-text.ts';
import { Interrupted } from '../../src/engine/interrupted.ts';
import { sampleOf } from '../run/sample.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { emptyWorkspace } from '../support/workspace/workspace.ts';
import { httpPeers, listening } from './hostile-http.ts';

/** Milliseconds within which a command must end after one signal. */
const promptly = 2_000;
const key = { AWS_ACCESS_KEY_ID: 'key-id', AWS_SECRET_ACCESS_KEY: 'hunter2-hunter2' };

// Loads the sources beforehand, so that this does not count as the time of a signal.
beforeAll(() => import('../../src/cli/commands/restore-drill.ts'), 60_000);

type Act = (socket: Socket) => void;
const answer =
  (body: string | Buffer, status = '200 OK'): Act =>
  (socket) => {
    const text = Buffer.from(body);
    const head = `HTTP/1.1 ${status}\r\nContent-Type: application/xml\r\nContent-Length: ${text.length}\r\n`;
    socket.end(Buffer.concat([Buffer.from(`${head}ETag: "x"\r\nConnection: close\r\n\r\n`), text]));
  };

const name = '20261130T031500Z';
const contents = (keys: readonly string[]) =>
  keys.map((one) => `<Contents><Key>${one}</Key></Contents>`).join('');
const listing = (inner: string) =>
  answer(`<?xml version="1.0"?><ListBucketResult>${inner}</ListBucketResult>`);
const onPage = (inner: string) =>
  listing(`<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>${inner}`);

/** Valid HTTP answers that are no listing of a bucket. */
const xmlPeers: Readonly<Record<string, Act>> = {
  'tags that are never closed': answer('<a>'.repeat(1_000_000)),
  'tags without an end': answer('<a '.repeat(1_000_000)),
  'empty tags without end': answer('<a b="c"/>'.repeat(500_000)),
  'elements inside each other': answer(`${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}`),
  'a document type': answer('<!DOCTYPE a [<!ENTITY b "ccc">]><a>&b;</a>'),
  'more objects than a page has': listing(
    contents(Array.from({ length: 200_000 }, (_, index) => `${index}`)),
  ),
  'pages without end': onPage(''),
  'full pages without end': onPage(contents(Array.from({ length: 9_000 }, (_, index) => `${index}`))),
  'an invalid key': listing('<Contents><Key><a>b</a></Key></Contents><Contents>x</Contents>'),
  'keys with escapes': listing(contents(['\x1b[2J', '../../x', `${name}.json\n`])),
  'an error without a form': answer('\x1b[2J'.repeat(99), '500 \x1b[2J'),
  'a refusal that quotes the key': answer(
    `<Error><Code>\u202e${key.AWS_SECRET_ACCESS_KEY}</Code></Error>`,
    '403 Forbidden',
  ),
  'an invalid status': answer('', '999 x'),
};

const peers = { ...httpPeers, ...xmlPeers };

const manifestFor = (dump: string, roles: string) => {
  const is = (text: string) => ({
    bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
  });
  const about = { version: 1, made: '2026-11-30T03:15:00Z', database: 'shop', server: '17.6' };
  return JSON.stringify({ ...about, dump: is(dump), roles: is(roles), rows: { 'public.people': 1 } });
};

/** Starts a server that answers like a bucket with one backup, except at one hostile point. */
function bucket(point: Point, act: Act): Act {
  const honest: Readonly<Record<Point, Act>> = {
    listing: listing(contents(['json', 'dump', 'roles.sql'].map((ending) => `${name}.${ending}`))),
    manifest: answer(manifestFor('dump', 'roles')),
    roles: answer('roles'),
  };
  return (socket) =>
    socket.once('data', (request: Buffer) => {
      const line = request.toString('latin1').split('\r\n')[0] ?? '';
      const asked = line.includes('list-type') ? 'listing' : line.includes('.json') ? 'manifest' : 'roles';
      (asked === point ? act : honest[asked])(socket);
    });
}
type Point = 'listing' | 'manifest' | 'roles';

const points: readonly Point[] = ['listing', 'manifest', 'roles'];
const cases = points.flatMap((point) => Object.keys(peers).map((peer) => ({ point, peer })));

it.each(sampleOf('hostile buckets', cases, { usual: 6 }))(
  'a drill has a problem, ends at one signal, and keeps to its memory if a bucket shows $peer as its $point',
  async ({ point, peer }) => {
    const endpoint = await listening(bucket(point, peers[peer] ?? (() => undefined)), 'connection');
    const workspace = emptyWorkspace({
      'erp-deploy.config.yaml': `backup: { s3: { endpoint: "${endpoint}/bucket" } }\n`,
    });
    const stop = new AbortController();
    let stopped = Number.POSITIVE_INFINITY;
    const timer = setTimeout(() => {
      stopped = performance.now();
      stop.abort(new Interrupted('SIGTERM'));
    }, 1_000);
    const before = process.memoryUsage().rss;
    const words = ['restore', '--drill', '--database-url', 'postgres://ada@127.0.0.1:9/shop'];
    const { exit, stdout, stderr } = await erpDeploy(workspace, words, { signal: stop.signal, env: key });
    const late = performance.now() - stopped;
    clearTimeout(timer);
    expect({ exit, stderr }).toEqual({
      stderr,
      exit: expect.toSatisfy((code) => [3, 4, 143].includes(code)),
    });
    expect(visibleLines(stdout + stderr)).toBe(stdout + stderr);
    expect(stdout + stderr).not.toContain('hunter2');
    expect(late).toBeLessThan(promptly);
    expect(process.memoryUsage().rss - before).toBeLessThan(500_000_000);
  },
);

const store = (endpoint: string) =>
  s3Store({ endpoint, region: 'auto', prefix: '' }, { id: 'key-id', secret: new Secret('hunter2-hunter2') });
async function* chunks(count: number): AsyncIterable<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield Buffer.alloc(8 * 1_048_576);
}

it.each(sampleOf('hostile buckets, written to', Object.keys(peers), { usual: 6 }))(
  'a copy into a bucket that answers with %s is made, a problem, or ended by one signal',
  async (peer) => {
    const endpoint = await listening(peers[peer] ?? (() => undefined));
    const signal = AbortSignal.timeout(700);
    const acts = [
      store(endpoint).write('x', chunks(0), signal),
      store(endpoint).write('x', chunks(2), signal),
      store(endpoint).remove('x', signal),
    ];
    for (const ended of await Promise.allSettled(acts)) {
      if (ended.status === 'fulfilled' || ended.reason === signal.reason) continue;
      expect(ended.reason).toBeInstanceOf(ProblemError);
      expect(ended.reason.problems[0].exit).toBe(exitCodes.prerequisite);
    }
  },
);

it('a copy whose parts the bucket did not assemble is a problem, although the bucket answered with 200', async () => {
  const refusal = '<Error><Code>InternalError</Code></Error>';
  const upload = '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>';
  const endpoint = await listening((socket) => {
    socket.once('data', (request: Buffer) => {
      const line = request.toString('latin1').split('\r\n')[0] ?? '';
      if (!line.startsWith('PUT')) return answer(line.includes('uploads') ? upload : refusal)(socket);
      // An answer before the part has arrived would cut off the upload.
      let left = 8 * 1_048_576 - (request.length - request.indexOf('\r\n\r\n') - 4);
      socket.on('data', (bytes: Buffer) => {
        left -= bytes.length;
        if (left <= 0) answer('')(socket);
      });
    });
  }, 'connection');
  const signal = new AbortController().signal;
  await expect(store(endpoint).write('x', chunks(2), signal)).rejects.toMatchObject({
    problems: [expect.objectContaining({ code: 'ERP-0866', why: 'the parts of x were not put together.' })],
  });
});
