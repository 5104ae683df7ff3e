import { answers, stops } from '../bindings.ts';
import type { Asked } from '../state.ts';
import { heading, plain, type StyledLine } from '../styled-line.ts';
import { textScreen } from '../text-screen.ts';

/** Asks whether to trust the key of a host that is not in known_hosts. */
export const hostKeyScreen = textScreen<'host-key'>({
  lines: ({ question }) => hostKeyLines(question),
  answers: () => [
    answers('y', 'trust and log in', { type: 'approve' }),
    answers('n', 'decline', { type: 'decline' }),
    stops('quit'),
  ],
});

function hostKeyLines({ host, keyType, fingerprint, file }: Asked<'host-key'>): readonly StyledLine[] {
  return [
    heading(`Trust the host key of ${host}?`),
    {
      text: "This key is not in known_hosts, so the server's identity cannot be verified.",
      tone: 'bad',
    },
    plain(''),
    plain(`  host  ${host}`, 8),
    plain(`  key   ${keyType}`, 8),
    plain(`        ${fingerprint}`, 8),
    plain(''),
    plain('Compare it with what this command prints on the server itself:'),
    plain(`  ssh-keygen -lf ${publicHalfOf(keyType)}`, 4),
    plain(''),
    plain(`y: ${file === null ? 'trust it for this run only' : `save it in ${file}`}, and log in.`),
    plain('n: nothing is written, and nothing is sent to the server.'),
  ];
}

/** Returns where sshd keeps the public half of such a key (sshd_config(5), HostKey). */
function publicHalfOf(keyType: string): string {
  const kind = /ed25519|ecdsa|rsa/.exec(keyType)?.[0] ?? 'ed25519';
  return `/etc/ssh/ssh_host_${kind}_key.pub`;
}
