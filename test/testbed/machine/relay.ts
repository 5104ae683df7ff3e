/**
 * relay.ts SOCKET-FILE PORT: forwards every connection on the socket file to the port of 127.0.0.1 in its network
 * namespace. Ends with its stdin.
 */
import { createConnection, createServer } from 'node:net';

const [socketFile, port] = process.argv.slice(2);

const server = createServer((near) => {
  const far = createConnection(Number(port), '127.0.0.1');
  near.on('error', () => far.destroy()).on('close', () => far.destroy());
  far.on('error', () => near.destroy()).on('close', () => near.destroy());
  near.pipe(far).pipe(near);
});
server.listen(socketFile, () => console.log('listening'));
process.stdin.resume().on('close', () => process.exit());
