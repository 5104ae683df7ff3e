import type { Intent, Question } from '../domain/front-end.ts';

/**
 * Returns the answer of `--non-interactive`: it approves what the plan shows, and declines what needs a separate flag,
 * goes beyond the plan, or may have been applied before.
 */
export function answerUnattended(question: Question): Intent {
  switch (question.type) {
    case 'setup':
      return { type: 'answers', values: {}, keep: false };
    case 'resume':
    case 'confirm-plan':
    case 'skipped':
      return { type: 'approve' };
    case 'confirm-more':
    case 'consent':
    case 'repeat':
    case 'host-key':
    case 'words':
      return { type: 'decline' };
    case 'passphrase':
      return { type: 'passphrase', passphrase: null };
    case 'failure':
      return { type: 'stop' };
  }
}
