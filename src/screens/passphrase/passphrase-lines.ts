import type { Question } from '../../domain/front-end.ts';
import type { Secret } from '../../domain/secret.ts';
import { heading, plain, type StyledLine } from '../lines.ts';

/** The line in which a passphrase is typed, unseen. */
export function passphraseLines(
  { key, again }: Extract<Question, { type: 'passphrase' }>,
  typed: Secret,
): readonly StyledLine[] {
  const wrong: readonly StyledLine[] = again
    ? [{ text: '  ✖ that one does not open it', tone: 'bad', hang: 4 }, plain('')]
    : [];
  return [
    heading(`What is the passphrase of ${key}?`),
    plain('The droplet takes this key. The passphrase opens it in memory, and is kept nowhere.'),
    plain(''),
    ...wrong,
    plain(`  › ${'•'.repeat([...typed.reveal()].length)}▏`),
  ];
}
