/** A parsed command line: positional arguments, and flags at any position. */
export interface Words {
  readonly commands: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
}

/** Flags without a value. */
const switches = [
  'no-autoupdate',
  'version',
  'v',
  'help',
  'h',
  'hello-world',
  'bastion',
  'post-quantum',
  'no-tls-verify',
  'force',
  'f',
  'no-chunked-encoding',
  'management-diagnostics',
];

const environment: Readonly<Record<string, string>> = {
  token: 'TUNNEL_TOKEN',
  'token-file': 'TUNNEL_TOKEN_FILE',
  metrics: 'TUNNEL_METRICS',
  'credentials-file': 'TUNNEL_CRED_FILE',
  url: 'TUNNEL_URL',
  'unix-socket': 'TUNNEL_UNIX_SOCKET',
  'hello-world': 'TUNNEL_HELLO_WORLD',
  bastion: 'TUNNEL_BASTION',
};

const aliases: Readonly<Record<string, string>> = { 'cred-file': 'credentials-file', v: 'version' };

/** Parses `--flag value`, `--flag=value` and switches; the environment supplies missing flags. */
export function readWords(line: readonly string[], env: Readonly<Record<string, string | undefined>>): Words {
  const commands: string[] = [];
  const flags = new Map<string, string>();
  for (const [name, variable] of Object.entries(environment)) {
    const value = env[variable];
    if (value !== undefined && value !== '') flags.set(name, value);
  }
  const rest = [...line];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, written, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (written === undefined) {
      commands.push(word);
      continue;
    }
    const name = aliases[written] ?? written;
    flags.set(name, value ?? (switches.includes(name) ? 'true' : (rest.shift() ?? '')));
  }
  return { commands, flags };
}
