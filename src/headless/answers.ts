import type { Intent, Question } from '../domain/front-end.ts';

/**
 * What `--non-interactive` answers: it consents to what the plan shows, and to nothing that has a flag
 * of its own, that goes beyond the plan, or that may have happened already.
 */
export function answerUnattended(question: Question): Intent {
  switch (question.type) {
    case 'setup':
      return { type: 'answers', values: {}, keep: false };
    case 'resume':
    case 'confirm-plan':
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
