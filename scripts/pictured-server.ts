import { execFileSync } from 'node:child_process';
import { createECDH, createHash, createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';

/** What stands in for a production host while the pictures are made: an SSH server that shows its key, and takes any. */
export interface PicturedServer {
  /** For the front of `PATH`: an ssh there knows it as `droplet`, and has a key that is locked. */
  readonly path: string;
  /** Its host key is unknown again. */
  forget(): void;
  close(): void;
}

/** @param folder where the operator's keys and settings lie; it is seen on the pictures */
export async function picturedServer(folder: string): Promise<PicturedServer> {
  const server = new ssh2.Server({ hostKeys: [hostKey()] }, (client) => {
    client.on('authentication', (asked) =>
      asked.method === 'publickey' ? asked.accept() : asked.reject(['publickey']),
    );
    // The operator quits at the passphrase question.
    client.on('error', () => client.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const [bin, key, known] = [join(folder, 'bin'), join(folder, 'id_ed25519'), join(folder, 'known_hosts')];
  mkdirSync(bin, { recursive: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'locked', '-C', 'operator', '-f', key]);
  const settings = [
    'HostName 127.0.0.1',
    `Port ${address.port}`,
    // By this name the key is known, whatever port the system gives.
    'HostKeyAlias droplet',
    'User operator',
    `IdentityFile ${key}`,
    'IdentityAgent none',
    `UserKnownHostsFile ${known}`,
  ];
  writeFileSync(join(folder, 'config'), `Host droplet\n  ${settings.join('\n  ')}\n`);
  const script = `#!/bin/sh\nexec /usr/bin/ssh -F ${join(folder, 'config')} "$@"\n`;
  writeFileSync(join(bin, 'ssh'), script, { mode: 0o755 });
  return {
    path: `${bin}:${process.env.PATH}`,
    forget: () => rmSync(known, { force: true }),
    close: () => server.close(),
  };
}

/** The same at every taking: its fingerprint is seen. It guards nothing. */
function hostKey(): string {
  const secret = createHash('sha256').update('the host key on the pictures').digest();
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey();
  const part = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const [x, y] = [part(point.subarray(1, 33)), part(point.subarray(33))];
  const key = { kty: 'EC', crv: 'P-256', d: part(secret), x, y };
  return createPrivateKey({ key, format: 'jwk' }).export({ type: 'sec1', format: 'pem' }).toString();
}
