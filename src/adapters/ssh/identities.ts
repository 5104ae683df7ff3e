import ssh2, { type ParsedKey } from 'ssh2';
import { type KeyFile, readKeyFile, unlocked } from './key-file.ts';
import type { SshOptions } from './options.ts';
import type { SshTarget } from './target.ts';

type Hash = 'sha1' | 'sha256' | 'sha512' | undefined;

/** A key that can be offered. Nobody is asked for a passphrase before the server would take it. */
export interface Identity {
  /** For people: the file, or the agent's comment. */
  readonly label: string;
  readonly publicKey: ParsedKey;
  sign(data: Buffer, hash: Hash): Promise<Buffer>;
}

export interface Identities {
  readonly usable: readonly Identity[];
  /** Why others are not among them. */
  readonly skipped: readonly string[];
}

/** How often a passphrase may be mistyped (ssh_config(5), NumberOfPasswordPrompts). */
const passphraseTries = 3;

/**
 * The keys in the order of OpenSSH (sshconnect2.c, pubkey_prepare): those of the agent that a file names,
 * the agent's others unless IdentitiesOnly, then the files that the agent has not.
 */
export async function identitiesOf(
  target: Pick<SshTarget, 'agent' | 'identityFiles' | 'identitiesOnly'>,
  askPassphrase: SshOptions['askPassphrase'],
): Promise<Identities> {
  const skipped: string[] = [];
  const [held, files] = await Promise.all([
    target.agent === null ? [] : agentKeys(target.agent, skipped),
    Promise.all(target.identityFiles.map(async (path) => ({ path, found: await readKeyFile(path) }))),
  ]);
  const has = (list: readonly Public[], one: Public) => list.some((other) => same(other, one));
  for (const { path, found } of files) {
    const why = whyNot(found);
    if (why !== null && !(isPublic(found) && has(held, found))) skipped.push(`${path}: ${why}`);
  }
  const named = files.flatMap(({ found }) => (isPublic(found) ? [found] : []));
  const fromFiles = distinct(files.flatMap(({ path, found }) => fileIdentity(path, found, askPassphrase)));
  return {
    usable: [
      ...held.filter((one) => has(named, one)),
      ...(target.identitiesOnly ? [] : held.filter((one) => !has(named, one))),
      ...fromFiles.filter((one) => !has(held, one)),
    ],
    skipped,
  };
}

type Public = Pick<Identity, 'publicKey'>;

const isPublic = (found: KeyFile): found is KeyFile & Public => found.publicKey !== null;

/** Why the file itself is of no use; null where it is, or where there is none. */
function whyNot(found: KeyFile): string | null {
  if (found.is === 'unusable') return found.why;
  const half = found.is === 'absent' && found.publicKey !== null;
  return half ? 'only its public half is there, and no agent has the key' : null;
}

const same = (a: Public, b: Public) => a.publicKey.getPublicSSH().equals(b.publicKey.getPublicSSH());

function distinct(identities: readonly Identity[]): readonly Identity[] {
  return identities.filter((one, index) => identities.findIndex((other) => same(one, other)) === index);
}

/** Milliseconds that an agent may take to list its keys; nobody has to confirm that. */
const agentPatience = 5000;

function agentKeys(socket: string, skipped: string[]): Promise<readonly Identity[]> {
  const agent = ssh2.createAgent(socket);
  return new Promise((answer) => {
    const silent = () => {
      skipped.push(`the keys of the agent: it does not answer at ${socket}`);
      answer([]);
    };
    const late = setTimeout(silent, agentPatience);
    agent.getIdentities((_error, keys) => {
      clearTimeout(late);
      if (keys === undefined) return silent();
      // An OpenSSH agent's are parsed; the type allows for other agents.
      const parsed = keys.filter((key): key is ParsedKey => typeof key === 'object' && 'getPublicSSH' in key);
      answer(parsed.map((publicKey) => agentIdentity(agent, publicKey)));
    });
  });
}

function agentIdentity(agent: ssh2.BaseAgent, publicKey: ParsedKey): Identity {
  return {
    label: `${publicKey.comment || publicKey.type} (agent)`,
    publicKey,
    sign: (data, hash) =>
      new Promise((signed, failed) => {
        agent.sign(publicKey, data, hash === undefined ? {} : { hash }, (error, signature) => {
          if (signature === undefined) failed(error ?? new Error('the agent gave no signature'));
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
      sign: async (data, hash) => {
        open ??= found.locked ? await unlockedByPerson(path, found.content, ask) : found.publicKey;
        const signature: Buffer | Error = open.sign(data, hash);
        if (signature instanceof Error) throw signature;
        return signature;
      },
    },
  ];
}

async function unlockedByPerson(
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
  throw new Error('the passphrase does not open it');
}
