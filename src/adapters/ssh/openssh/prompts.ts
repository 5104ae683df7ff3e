import { writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';
import askpassScript from '../../../../assets/local/askpass.sh';
import { AnswerFault, answerIn } from '../../../domain/answer.ts';
import { quoteLine } from '../quote.ts';

/** A question of ssh, by its text in readpass.c, sshconnect.c and sshconnect2.c of openssh-portable. */
export type Prompt =
  | {
      readonly is: 'host-key';
      /** As in known_hosts. */
      readonly host: string;
      /** `SHA256:…` */
      readonly fingerprint: string;
      /** As ssh abbreviates it, such as `ED25519`. */
      readonly keyName: string;
    }
  /** @param path at most 100 characters of it */
  | { readonly is: 'passphrase'; readonly path: string }
  /** A security key is to be touched. Nothing is to be typed. */
  | { readonly is: 'touch'; readonly text: string }
  /** Whether ssh may change files or the agent on this machine (UpdateHostKeys ask, AddKeysToAgent ask). */
  | { readonly is: 'permission' }
  /** A password, a code, a PIN. */
  | { readonly is: 'secret'; readonly text: string };

/** Returns the answer; null for none. */
type Answer = (prompt: Prompt) => Promise<string | null>;

const asked = z.object({ question: z.string(), kind: z.string() });

/** Answers the questions of ssh, which it asks through SSH_ASKPASS. */
export class Prompts {
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * Starts to listen.
   * @param folder of the connection: only this user can enter it
   */
  static async listen(folder: string, answer: Answer): Promise<Prompts> {
    const server = createServer();
    const prompts = new Prompts(server);
    server.on('connection', (socket) => prompts.#asked(socket, answer));
    const socket = join(folder, 'a');
    await new Promise<void>((listening, failed) => {
      server.once('error', failed).listen(socket, listening);
    });
    const [shebang = '', ...rest] = askpassScript.split('\n');
    const values = `node=${quoteLine([process.execPath])} socket=${quoteLine([socket])}`;
    await writeFile(programIn(folder), [shebang, values, ...rest].join('\n'), { mode: 0o700 });
    return prompts;
  }

  close(): void {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
  }

  #asked(socket: Socket, answer: Answer): void {
    this.#open.add(socket);
    let text = '';
    socket
      .setEncoding('utf8')
      .on('error', () => undefined) // ssh no longer waits: 'close' follows
      .once('close', () => this.#open.delete(socket))
      .on('data', (chunk: string) => {
        text += chunk;
        if (!text.endsWith('\n')) return;
        const prompt = promptOf(text);
        // Another program of this user may connect, too.
        if (prompt === null) return void socket.destroy();
        answer(prompt).then(
          (given) => socket.end(given === null ? '' : JSON.stringify(given)),
          () => socket.destroy(),
        );
      });
  }
}

/** Returns the path of the program for SSH_ASKPASS. */
export const programIn = (folder: string) => join(folder, 'askpass');

/** Returns the question in a line of the askpass program; null for any other text. */
function promptOf(line: string): Prompt | null {
  try {
    const { question, kind } = asked.parse(answerIn(line));
    return promptIn(question, kind);
  } catch (error) {
    if (error instanceof AnswerFault || error instanceof z.ZodError) return null;
    throw error;
  }
}

function promptIn(question: string, kind: string): Prompt {
  const host = /^The authenticity of host '(.*?)(?: \(.*\))?' can't be established/.exec(question)?.[1];
  const [, keyName, fingerprint] = /^(\S+) key fingerprint is (SHA256:[\w+/]+)/m.exec(question) ?? [];
  if (host !== undefined && keyName !== undefined && fingerprint !== undefined)
    return { is: 'host-key', host, keyName, fingerprint };
  const path = /^Enter passphrase for (?:key )?'(.*)': $/.exec(question)?.[1];
  if (path !== undefined) return { is: 'passphrase', path };
  if (kind === 'confirm' || question.includes('(yes/no)')) return { is: 'permission' };
  return { is: kind === 'none' ? 'touch' : 'secret', text: question };
}
