import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const message = (type: string, body: Uint8Array = new Uint8Array()) => {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const text = (value: string) => Buffer.concat([Buffer.from(value), Buffer.from([0])]);
const errorMessage = (fields: Readonly<Record<string, string>>) =>
  message(
    'E',
    Buffer.concat([
      ...Object.entries(fields).map(([key, value]) => Buffer.concat([Buffer.from(key), text(value)])),
      Buffer.from([0]),
    ]),
  );
const ready = message('Z', Buffer.from('I'));
const loggedIn = Buffer.concat([
  message('R', Buffer.from([0, 0, 0, 0])),
  message('S', Buffer.concat([text('server_version'), text('17.2')])),
  message('K', Buffer.from([0, 0, 0, 1, 0, 0, 0, 2])),
  ready,
]);
const column = Buffer.concat([Buffer.from([0, 1]), text('direct'), Buffer.alloc(18)]);
const row = (value: string) => {
  const head = Buffer.alloc(6);
  head.writeInt16BE(1, 0);
  head.writeInt32BE(value.length, 2);
  return message('D', Buffer.concat([head, Buffer.from(value)]));
};

/** Writes the same bytes for as long as the peer reads. */
function flood(socket: Socket, bytes: Uint8Array): void {
  const write = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', write);
  write();
}

function drip(socket: Socket, bytes: Uint8Array): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || at >= bytes.length) return clearInterval(timer);
    socket.write(bytes.subarray(at, at + 1));
    at += 1;
  }, 20);
}

const header = (length: number) => {
  const head = Buffer.alloc(5);
  head.write('N', 0);
  head.writeInt32BE(length, 1);
  return head;
};

/** Answers with another protocol. */
export function garbageFrom(socket: Socket): void {
  socket.write(`HTTP/1.1 400 Bad Request\r\n\r\n${'x'.repeat(5_000)}`);
}

/** Behaviours of a server after the first message of a client, before the login. */
export const beforeLogIn: Readonly<Record<string, (socket: Socket) => void>> = {
  silence: () => undefined,
  'closed at once': (socket) => socket.destroy(),
  'half closed': (socket) => socket.end(),
  garbage: garbageFrom,
  zeros: (socket) => socket.write(Buffer.alloc(4_000)),
  'a header of 2 GiB': (socket) => {
    socket.write(header(0x7f_ff_ff_ff));
    flood(socket, Buffer.alloc(2 ** 20, 65));
  },
  'a negative length': (socket) => socket.write(Buffer.concat([header(-5), Buffer.alloc(100)])),
  'an unknown type': (socket) => socket.write(Buffer.concat([message('?', Buffer.alloc(9)), loggedIn])),
  'an unknown method of authentication': (socket) => socket.write(message('R', Buffer.from([0, 0, 0, 99]))),
  'a truncated authentication': (socket) => socket.write(message('R', Buffer.from([0]))),
  'an error without fields': (socket) => socket.end(message('E', Buffer.from([0]))),
  'an error without a code': (socket) => socket.end(errorMessage({ S: 'FATAL', M: 'no code at all' })),
  'a request for the password in clear text': (socket) =>
    socket.write(message('R', Buffer.from([0, 0, 0, 3]))),
  'a drip': (socket) => drip(socket, Buffer.alloc(4_000, 82)),
};

/** Behaviours of a server after a query. */
export const afterLogIn: Readonly<Record<string, (socket: Socket) => void>> = {
  silence: () => undefined,
  'notices without end': (socket) =>
    flood(
      socket,
      message(
        'N',
        Buffer.concat([
          Buffer.from('S'),
          text('NOTICE'),
          Buffer.from('M'),
          text('a'.repeat(2 ** 16)),
          Buffer.from([0]),
        ]),
      ),
    ),
  'rows without end': (socket) => {
    socket.write(message('T', column));
    flood(socket, row('x'.repeat(2 ** 20)));
  },
  'closed at once': (socket) => socket.destroy(),
  'half closed': (socket) => socket.end(),
  garbage: (socket) => socket.write(Buffer.from('x'.repeat(9_000))),
  'a header of 2 GiB': (socket) =>
    flood(socket, Buffer.concat([header(0x7f_ff_ff_ff), Buffer.alloc(2 ** 20)])),
  'a row without columns': (socket) =>
    socket.write(Buffer.concat([row('t'), message('C', text('SELECT 1')), ready])),
  'a row cut off': (socket) =>
    socket.write(Buffer.concat([message('T', column), message('D', Buffer.from([0, 9, 0])), ready])),
  'null where a value belongs': (socket) =>
    socket.write(
      Buffer.concat([
        message('T', column),
        message('D', Buffer.from([0, 1, 255, 255, 255, 255])),
        message('C', text('SELECT 1')),
        ready,
      ]),
    ),
  'an empty answer': (socket) => socket.write(Buffer.concat([message('C', text('SELECT 0')), ready])),
  'an error without a code': (socket) =>
    socket.write(Buffer.concat([errorMessage({ S: 'ERROR', M: 'no code' }), ready])),
  'only that it is ready': (socket) => socket.write(ready),
};

export interface HostileServer {
  readonly port: number;
  /** All bytes that clients sent. */
  received(): string;
}

/** Listens until the test ends. */
export async function hostilePostgres(
  onStart: (socket: Socket) => void,
  onQuery?: (socket: Socket) => void,
): Promise<HostileServer> {
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let started = false;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk);
      if (!started) onStart(socket);
      else onQuery?.(socket);
      started = true;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    received: () => Buffer.concat(received).toString('latin1'),
  };
}

/** Answers a query with one row of one column of type text, or boolean for `direct`. */
export function answerRow(socket: Socket, value: string, name = 'direct'): void {
  const description = Buffer.concat([Buffer.from([0, 1]), text(name), Buffer.alloc(18)]);
  // The type's oid: 16 is bool, 25 is text (pg_type.dat).
  description.writeInt32BE(value === 't' ? 16 : 25, 2 + name.length + 1 + 6);
  socket.write(Buffer.concat([message('T', description), row(value), message('C', text('SELECT 1')), ready]));
}

export const logIn = (socket: Socket) => void socket.write(loggedIn);
