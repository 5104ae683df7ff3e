import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ownerOf } from '../database/real-postgres.ts';

/**
 * Makes a self-signed certificate and its key for a name and 127.0.0.1. PostgreSQL reads only a key that belongs to its
 * user.
 */
export function selfSigned(folder: string, name: string): { key: string; certificate: string } {
  const [key, certificate] = [join(folder, 'server.key'), join(folder, 'server.crt')];
  const words = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  const about = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},IP:127.0.0.1`];
  execFileSync('openssl', [...words, ...about, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  for (const path of [key, certificate]) ownerOf(path);
  return { key, certificate };
}
