import { existsSync } from 'node:fs';
import ssh2, { type ParsedKey } from 'ssh2';
import { type KeyFile, readKeyFile, unlocked } from './key-file.ts';
import { askOpenSsh } from './local-program.ts';
import type { SshOptions } from './options.ts';
import { keyRefusal } from './restrictions.ts';
import type { SshTarget } from './target.ts';

type Hash = 'sha1' | 'sha256' | 'sha512' | undefined;

/** A key that can be offered. `sign` may ask for its passphrase, so it is called only if the server accepts the key. */
export interface Identity {
  /** Shown to the operator: the file, or the comment of the agent's key. */
  readonly label: string;
  readonly publicKey: ParsedKey;
  readonly isOfAgent: boolean;
  sign(data: Buffer, hash: Hash): Promise<Buffer>;
}

export interface Identities {
  readonly usable: readonly Identity[];
  /** Keys that cannot be used, each with the reason. */
  readonly skipped: readonly string[];
  /** Keys that OpenSSH can use but ssh2 cannot, each with the reason. */
  readonly onlyOpenSsh: readonly string[];
  /** Files of keys that need a security key (FIDO), if there are no other keys. */
  readonly onlyOfTokens: readonly string[];
}

/** How often a passphrase is asked for (ssh_config(5), NumberOfPasswordPrompts). */
const passphraseTries = 3;

/**
 * Returns the keys in the order of OpenSSH (sshconnect2.c, pubkey_prepare): keys of the agent that an IdentityFile
 * names, the agent's other keys unless IdentitiesOnly is set, then key files that the agent does not have.
 */
export async function identitiesOf(
  target: Pick<SshTarget, 'agent' | 'identityFiles' | 'identitiesOnly' | 'restrictions'>,
  askPassphrase: SshOptions['askPassphrase'],
): Promise<Identities> {
  const skipped: string[] = [];
  const [held, special, files] = await Promise.all([
    target.agent === null ? [] : agentKeys(target.agent, skipped),
    target.agent === null ? [] : specialAgentKeys(target.agent),
    Promise.all(target.identityFiles.map(async (path) => ({ path, found: await readKeyFile(path) }))),
  ]);
  const has = (list: readonly Public[], one: Public) => list.some((other) => same(other, one));
  for (const { path, found } of files) {
    const why = whyNot(found);
    if (why !== null && !(isPublic(found) && has(held, found))) skipped.push(`${path}: ${why}`);
  }
  const named = files.flatMap(({ found }) => (isPublic(found) ? [found] : []));
  const fromFiles = distinct(files.flatMap(({ path, found }) => fileIdentity(path, found, askPassphrase)));
  const ordered = [
    ...held.filter((one) => has(named, one)),
    ...(target.identitiesOnly ? [] : held.filter((one) => !has(named, one))),
    ...fromFiles.filter((one) => !has(held, one)),
  ];
  const usable = ordered.filter(({ label, publicKey }) => {
    const why = keyRefusal(publicKey.getPublicSSH(), publicKey.type, target.restrictions);
    if (why !== null) skipped.push(`${label}: ${why}`);
    return why === null;
  });
  const certificates = certificatesBeside(target.identityFiles);
  skipped.push(...certificates);
  const unread = files.flatMap(({ path, found }) =>
    found.is === 'unusable' && found.readByOpenSsh && !(isPublic(found) && has(held, found))
      ? [`${path}: ${found.why}`]
      : [],
  );
  const onlyOpenSsh = [...certificates, ...unread, ...special, ...oneHashOnly(usable, target.restrictions)];
  const ofTokens = files.flatMap(({ path, found }) =>
    found.is === 'unusable' && found.isOfToken ? [path] : [],
  );
  const hasOthers = usable.length > 0 || onlyOpenSsh.length > ofTokens.length;
  return { usable, skipped, onlyOpenSsh, onlyOfTokens: hasOthers ? [] : ofTokens };
}

/** ssh2 signs with either hash of RSA, whichever the server prefers. */
function oneHashOnly(
  usable: readonly Identity[],
  { keyAlgorithms }: SshTarget['restrictions'],
): readonly string[] {
  const allowed = ['rsa-sha2-256', 'rsa-sha2-512'].filter((one) => keyAlgorithms.includes(one));
  if (allowed.length === 2) return [];
  return usable
    .filter(({ publicKey }) => publicKey.type === 'ssh-rsa')
    .map(({ label }) => `${label}: PubkeyAcceptedAlgorithms allows only ${allowed.join() || 'ssh-rsa'}`);
}

/** Returns the agent's certificates and keys of hardware tokens, which ssh2 cannot use. */
async function specialAgentKeys(socket: string): Promise<readonly string[]> {
  const { stdout } = await askOpenSsh('ssh-add', ['-L'], { ...process.env, SSH_AUTH_SOCK: socket });
  return stdout.split('\n').flatMap((line) => {
    const [type = '', , ...comment] = line.split(' ');
    return /^sk-|-cert-v\d+@/.test(type)
      ? [`${comment.join(' ') || type} (agent): ssh2 cannot use a key of type ${type}`]
      : [];
  });
}

/** OpenSSH also offers the certificate beside a key file (ssh_config(5), IdentityFile). */
function certificatesBeside(files: readonly string[]): readonly string[] {
  const found = files.map((file) => `${file}-cert.pub`).filter((file) => existsSync(file));
  return found.map((file) => `${file}: ssh2 cannot log in with certificates; only the key was offered`);
}

type Public = Pick<Identity, 'publicKey'>;

const isPublic = (found: KeyFile): found is KeyFile & Public => found.publicKey !== null;

/** Returns why the file cannot be used; null if it can, or if it does not exist. */
function whyNot(found: KeyFile): string | null {
  if (found.is === 'unusable') return found.why;
  const isPublicOnly = found.is === 'absent' && found.publicKey !== null;
  return isPublicOnly ? 'only the public key exists, and no agent has the private key' : null;
}

const same = (a: Public, b: Public) => a.publicKey.getPublicSSH().equals(b.publicKey.getPublicSSH());

function distinct(identities: readonly Identity[]): readonly Identity[] {
  return identities.filter((one, index) => identities.findIndex((other) => same(one, other)) === index);
}

/** Milliseconds that an agent may take to list its keys; listing needs no confirmation by the operator. */
const agentTimeout = 5000;

function agentKeys(socket: string, skipped: string[]): Promise<readonly Identity[]> {
  const agent = ssh2.createAgent(socket);
  return new Promise((answer) => {
    const silent = () => {
      skipped.push(`keys of the agent: the agent at ${socket} does not respond`);
      answer([]);
    };
    const late = setTimeout(silent, agentTimeout);
    agent.getIdentities((_error, keys) => {
      clearTimeout(late);
      if (keys === undefined) return silent();
      // ssh2 parses the keys of an OpenSSH agent; its type also allows for other agents.
      if (keys.length === 0)
        skipped.push(
          `keys of the agent: the agent at ${socket} lists none: it is empty, or locked (ssh-add -X unlocks it)`,
        );
      const parsed = keys.filter((key): key is ParsedKey => typeof key === 'object' && 'getPublicSSH' in key);
      answer(parsed.map((publicKey) => agentIdentity(agent, publicKey)));
    });
  });
}

function agentIdentity(agent: ssh2.BaseAgent, publicKey: ParsedKey): Identity {
  return {
    label: `${publicKey.comment || publicKey.type} (agent)`,
    publicKey,
    isOfAgent: true,
    sign: (data, hash) =>
      new Promise((signed, failed) => {
        agent.sign(publicKey, data, hash === undefined ? {} : { hash }, (error, signature) => {
          if (signature === undefined) failed(error ?? new Error('the agent did not sign'));
          else signed(signature);
        });
      }),
  };
}

function fileIdentity(path: string, found: KeyFile, ask: SshOptions['askPassphrase']): readonly Identity[] {
  if (found.is !== 'key') return [];
  let open: ParsedKey | null = null;
  return [
    {
      label: path,
      publicKey: found.publicKey,
      isOfAgent: false,
      sign: async (data, hash) => {
        open ??= found.locked ? await askToUnlock(path, found.content, ask) : found.publicKey;
        const signature: Buffer | Error = open.sign(data, hash);
        if (signature instanceof Error) throw signature;
        return signature;
      },
    },
  ];
}

async function askToUnlock(
  path: string,
  content: string,
  ask: SshOptions['askPassphrase'],
): Promise<ParsedKey> {
  for (let tries = 0; tries < passphraseTries; tries += 1) {
    const passphrase = await ask(path);
    if (passphrase === null)
      throw new Error(`it is locked, and no passphrase was given; unlock it first: ssh-add ${path}`);
    const key = unlocked(content, passphrase.reveal());
    if (key !== null) return key;
  }
  throw new Error('wrong passphrase');
}
