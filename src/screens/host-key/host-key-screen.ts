import { answers, stops } from '../bindings.ts';
import type { Asked } from '../state.ts';
import { heading, plain, type StyledLine } from '../styled-line.ts';
import { textScreen } from '../text-screen.ts';

/** Asks whether to trust the key of a host that is not in known_hosts. */
export const hostKeyScreen = textScreen<'host-key'>({
  lines: ({ question }) => hostKeyLines(question),
  answers: () => [
    answers('y', 'it is: trust it', { type: 'approve' }),
    answers('n', 'do not', { type: 'decline' }),
    stops('stop'),
  ],
});

function hostKeyLines({ host, keyType, fingerprint, file }: Asked<'host-key'>): readonly StyledLine[] {
  return [
    heading(`Is this the host key of ${host}?`),
    { text: 'Nobody knows it yet: nothing proves so far which machine answers.', tone: 'bad' },
    plain(''),
    plain(`  host  ${host}`, 8),
    plain(`  key   ${keyType}`, 8),
    plain(`        ${fingerprint}`, 8),
    plain(''),
    plain('Compare it with what the machine itself shows, by another way in:'),
    plain(`  ssh-keygen -lf ${publicHalfOf(keyType)}`, 4),
    plain(''),
    plain(`A yes ${file === null ? 'trusts it for this run alone' : `writes it to ${file}`}, and logs in.`),
    plain('A no leaves it at that: nothing is written, and nothing of yours is sent.'),
  ];
}

/** Where sshd keeps the public half of such a key (sshd_config(5), HostKey). */
function publicHalfOf(keyType: string): string {
  const kind = /ed25519|ecdsa|rsa/.exec(keyType)?.[0] ?? 'ed25519';
  return `/etc/ssh/ssh_host_${kind}_key.pub`;
}
