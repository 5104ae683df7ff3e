import { checkMode } from '../key-file.ts';

/** Characters of a line that are kept. */
const longest = 2000;
/** Lines that are kept for problems. */
const keptLines = 40;

/** The host key that a server presented. */
export interface ShownKey {
  /** Such as `ssh-ed25519`, or `ssh-ed25519-cert-v01@openssh.com`. */
  readonly type: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

/**
 * What `ssh` reports on stderr at LogLevel DEBUG1: its messages for the operator, and its account of the log-in
 * (openssh-portable 7.4 to 10, sshconnect.c and sshconnect2.c; the texts are not translated).
 */
export class SshLog {
  /** Messages without the account, the newest last. */
  readonly messages: string[] = [];
  /** A line for each key that was offered: its file or comment, as ssh shows it. */
  readonly offered: string[] = [];
  /** A line for each key that could not be used, with the reason. */
  readonly skipped: string[] = [];
  shown: ShownKey | null = null;
  /** Methods that the server still allows, or requires after a partial success. */
  methods: readonly string[] = [];
  hasPartlySucceeded = false;
  hasAuthenticated = false;
  /** The key that the server accepted last. */
  accepted: string | null = null;
  #rest = '';

  add(text: string): void {
    const lines = `${this.#rest}${text}`.split(/\r?\n/);
    this.#rest = (lines.pop() ?? '').slice(-longest);
    for (const line of lines) this.#line(line.slice(0, longest));
  }

  /** Returns the first match of the messages. */
  find(pattern: RegExp): RegExpExecArray | null {
    for (const line of this.messages) {
      const found = pattern.exec(line);
      if (found !== null) return found;
    }
    return null;
  }

  #line(line: string): void {
    const account = /^debug\d: (.*)$/.exec(line)?.[1];
    if (account === undefined) this.#message(line);
    else this.#account(account);
  }

  #message(line: string): void {
    if (line.trim() === '') return;
    this.messages.push(line);
    if (this.messages.length > keptLines) this.messages.shift();
    const [, loaded, why] = /^Load key "(.*)": (.*)$/.exec(line) ?? [];
    if (loaded !== undefined) this.skipped.push(`${loaded}: ${why}; ${checkMode(loaded)}`);
    const [, key, agent, reason] = /signing failed for \S+ "(.*)"( from agent)?: (.*)$/.exec(line) ?? [];
    if (key !== undefined) this.skipped.push(`${key}${agent === undefined ? '' : ' (agent)'}: ${reason}`);
    if (/^Authenticated using .* with partial success/.test(line)) this.hasPartlySucceeded = true;
  }

  #account(line: string): void {
    const [, type, fingerprint] = /^Server host (?:key|certificate): (\S+) (SHA256:[\w+/]+)/.exec(line) ?? [];
    if (type !== undefined && fingerprint !== undefined) this.shown = { type, fingerprint };
    const [, offered] = /^Offering public key: (.*) \S+ SHA256:\S+/.exec(line) ?? [];
    if (offered !== undefined) this.offered.push(`${offered}${/ agent$/.test(line) ? ' (agent)' : ''}`);
    const [, skippedType, unlisted] =
      /^Skipping (\S+) key (.*) - corresponding algo(?:rithm)? not in PubkeyAcceptedAlgorithms/.exec(line) ??
      [];
    if (unlisted !== undefined)
      this.skipped.push(`${unlisted}: PubkeyAcceptedAlgorithms does not include ${skippedType}`);
    const [, short] = /^load_identity_file: Skipping key (.*): Invalid key length/.exec(line) ?? [];
    if (short !== undefined) this.skipped.push(`${short}: it has fewer bits than RequiredRSASize`);
    const [, accepted] = /^Server accepts key: (.*) \S+ SHA256:/.exec(line) ?? [];
    if (accepted !== undefined) this.accepted = accepted;
    const [, methods] = /^Authentications that can continue: (.*)$/.exec(line) ?? [];
    if (methods !== undefined) this.methods = methods.split(',');
    if (/^Authenticated to /.test(line)) this.hasAuthenticated = true;
  }
}
