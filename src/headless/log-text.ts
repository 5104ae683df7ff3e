import { eventSchema, type RolloutEvent } from '../domain/events.ts';
import { outcomeText } from '../domain/outcome-text.ts';
import { visible } from '../domain/visible-text.ts';
import { lineView } from './lines.ts';

/**
 * Returns the log of a run as text: the local time, the step and what happened, one line each.
 * @param log JSON events, one per line; a line that is not valid (its end may be missing) is left as it is
 */
export function logText(log: string): string {
  const view = lineView({ verbose: true, plan: false });
  return log
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const event = eventIn(line);
      if (event === null) return [visible(line)];
      const { out, error } = view(event);
      const texts = ownLines(event) ?? [...out, ...error].map((text) => text.trimEnd());
      const step = 'step' in event ? (event.step ?? '') : '';
      return texts.map((text, index) =>
        `${index === 0 ? timeOf(event.at) : ' '.repeat(8)}  ${step.padEnd(3)}  ${visible(text)}`.trimEnd(),
      );
    })
    .map((line) => `${line}\n`)
    .join('');
}

function eventIn(line: string): RolloutEvent | null {
  try {
    return eventSchema.parse(JSON.parse(line));
  } catch {
    // The run may have been killed while it wrote the line.
    return null;
  }
}

/** Returns what is said of an event that other views show as a row; null for their lines. */
function ownLines(event: RolloutEvent): readonly string[] | null {
  switch (event.type) {
    case 'step.planned':
      return [`plan: ${event.state === 'change' ? 'to change' : event.state}, ${event.summary}`];
    case 'step.started':
      return ['started'];
    case 'change.started':
      return [`change ${event.index} of ${event.of}: ${event.summary}`];
    case 'output':
      return [`| ${event.line}`];
    case 'evidence':
      return [`${event.item ?? 'checked'}: ${event.summary} (${event.target})`];
    case 'progress':
      return [
        `${event.ok ? 'ok' : 'FAILS'} ${event.group}: ${event.name}${event.note === '' ? '' : `  ${event.note}`}`,
      ];
    case 'step.finished': {
      const { word, text } = outcomeText(event.outcome, event.summary);
      const spent = event.milliseconds < 100 ? '' : ` (${(event.milliseconds / 1000).toFixed(1)} s)`;
      return [`${word}${text === '' ? '' : `: ${text}`}${spent}`];
    }
    case 'waiting':
      return [`waiting: ${event.text}`];
    default:
      return null;
  }
}

/** Returns the local time, such as `21:04:05`. */
function timeOf(at: string): string {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
