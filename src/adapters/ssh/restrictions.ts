/** The restrictions and permissions of the operator's configuration for a host. */
export interface Restrictions {
  /** What to do about an unknown host key (ssh_config(5), StrictHostKeyChecking). */
  readonly unknownHostKey: 'ask' | 'accept' | 'refuse';
  /** In the operator's order, and only what ssh2 has; see ssh_config(5) for each. */
  readonly kex: readonly string[];
  readonly ciphers: readonly string[];
  readonly macs: readonly string[];
  readonly hostKeyAlgorithms: readonly string[];
  /** Signature algorithms for the operator's keys. */
  readonly keyAlgorithms: readonly string[];
  /** The least bits of an RSA key, of the host or the operator. */
  readonly rsaBits: number;
  /** The address of this machine to connect from; null for any. */
  readonly bindAddress: string | null;
}

export type Settings = ReadonlyMap<string, readonly string[]>;

/** What ssh2 1.17 has, without SHA-1 signatures (lib/protocol/constants.js). */
const supported = {
  kexalgorithms: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group15-sha512',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group17-sha512',
    'diffie-hellman-group18-sha512',
  ],
  ciphers: [
    'chacha20-poly1305@openssh.com',
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  macs: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1-etm@openssh.com',
    'hmac-sha1',
  ],
  hostkeyalgorithms: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
} as const;

type Listed = keyof typeof supported;

const shownNames: Readonly<Record<Listed, string>> = {
  kexalgorithms: 'KexAlgorithms',
  ciphers: 'Ciphers',
  macs: 'MACs',
  hostkeyalgorithms: 'HostKeyAlgorithms',
};

/** Returns the names of a list that ssh2 has, in the operator's order; all that it has if the setting is not printed. */
function usable(settings: Settings, name: Listed): readonly string[] {
  const known: readonly string[] = supported[name];
  const listed = settings.get(name)?.[0]?.split(',');
  return listed === undefined ? known : listed.filter((one) => known.includes(one));
}

/** @param settings what `ssh -G` printed, the names in lower case */
export function restrictionsIn(settings: Settings): Restrictions {
  const one = (name: string) => settings.get(name)?.[0];
  const strict = one('stricthostkeychecking') ?? 'ask';
  return {
    unknownHostKey: /^(yes|true)$/.test(strict) ? 'refuse' : strict === 'ask' ? 'ask' : 'accept',
    kex: usable(settings, 'kexalgorithms'),
    ciphers: usable(settings, 'ciphers'),
    macs: usable(settings, 'macs'),
    hostKeyAlgorithms: usable(settings, 'hostkeyalgorithms'),
    keyAlgorithms: one('pubkeyacceptedalgorithms')?.split(',') ?? supported.hostkeyalgorithms,
    rsaBits: Number(one('requiredrsasize') ?? 1024),
    bindAddress: one('bindaddress') ?? null,
  };
}

/** Returns the settings with which no command could be run on the host, a line for each with the reason. */
export function unsupportedSettings(settings: Settings): readonly string[] {
  const one = (name: string) => settings.get(name)?.[0] ?? '';
  return [
    ...(isSet(one('remotecommand'))
      ? ['RemoteCommand: it replaces the commands that erp-deploy has to run']
      : []),
    ...(/^(none|subsystem)$/.test(one('sessiontype'))
      ? [`SessionType ${one('sessiontype')}: no command can be run with it`]
      : []),
  ];
}

const isSet = (value: string) => !/^(|none|no|false)$/.test(value);

/** Returns the settings that only OpenSSH itself can carry out, a line for each with the reason. */
export function settingsForOpenSsh(settings: Settings): readonly string[] {
  const one = (name: string) => settings.get(name)?.[0] ?? '';
  const keyless = keylessSetting(settings);
  const lists = (Object.keys(supported) as readonly Listed[]).filter(
    (name) => usable(settings, name).length === 0,
  );
  return [
    ...(isSet(one('knownhostscommand')) ? ['KnownHostsCommand: ssh2 reads host keys only from files'] : []),
    ...(one('verifyhostkeydns') === 'true' || one('verifyhostkeydns') === 'yes'
      ? ['VerifyHostKeyDNS: ssh2 does not ask DNS']
      : []),
    ...(keyless === null ? [] : [`${keyless}: ssh2 logs in only with keys`]),
    ...(settings.get('certificatefile') ?? [])
      .filter((file) => file !== 'none')
      .map((file) => `CertificateFile ${file}: ssh2 cannot log in with certificates`),
    ...(isSet(one('bindinterface')) ? ['BindInterface: ssh2 can bind only to an address'] : []),
    ...(isSet(one('proxyusefdpass'))
      ? ['ProxyUseFdpass: ssh2 uses the standard input and output of a proxy']
      : []),
    ...lists.map(
      (name) => `${shownNames[name]} ${one(name)}: ssh2 has none of them, only ${supported[name].join(', ')}`,
    ),
  ];
}

/** Returns the setting that leaves only methods for which the operator types something; null if none does. */
export function typedOnly(settings: Settings): string | null {
  const methods = settings.get('preferredauthentications')?.[0]?.split(',') ?? [
    'gssapi-with-mic',
    'hostbased',
  ];
  const isOn = (name: string) => isSet(settings.get(name)?.[0] ?? '');
  const others =
    (methods.includes('gssapi-with-mic') && isOn('gssapiauthentication')) ||
    (methods.includes('hostbased') && isOn('hostbasedauthentication'));
  return others ? null : keylessSetting(settings);
}

/** Returns the setting that forbids to log in with keys; null if none does. */
function keylessSetting(settings: Settings): string | null {
  const methods = settings.get('preferredauthentications')?.[0] ?? '';
  if (/^(no|false)$/.test(settings.get('pubkeyauthentication')?.[0] ?? '')) return 'PubkeyAuthentication no';
  const excludes = methods !== '' && !methods.split(',').includes('publickey');
  return excludes ? `PreferredAuthentications ${methods}` : null;
}

/** Returns the bits of an RSA key in the wire format (RFC 4253, 6.6); null for another type or a damaged key. */
export function rsaBitsOf(blob: Buffer): number | null {
  const fields: Buffer[] = [];
  for (let at = 0; at + 4 <= blob.length && fields.length < 3; ) {
    const end = at + 4 + blob.readUInt32BE(at);
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  const [type, , modulus] = fields;
  if (type?.toString('latin1') !== 'ssh-rsa' || modulus === undefined) return null;
  const start = modulus.findIndex((byte) => byte !== 0);
  return start === -1 ? 0 : (modulus.length - start) * 8 - Math.clz32(modulus[start] ?? 0) + 24;
}

/** Returns why a key of the operator may not be offered; null if it may. */
export function keyRefusal(
  publicKey: Buffer,
  type: string,
  { keyAlgorithms, rsaBits }: Restrictions,
): string | null {
  const algorithms = type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type];
  if (!algorithms.some((one) => keyAlgorithms.includes(one)))
    return `PubkeyAcceptedAlgorithms does not include ${algorithms[0]}`;
  const bits = rsaBitsOf(publicKey);
  return bits !== null && bits < rsaBits ? `it has ${bits} bits, and RequiredRSASize is ${rsaBits}` : null;
}
