import type { LeftItem } from '../domain/evidence.ts';
import { html, type Markup } from './html.ts';

/** Returns the checklist items that are left, with their texts, grouped by the reason. */
export function leftItemsPart(left: readonly LeftItem[]): Markup {
  const reasons = [...new Set(left.map(({ reason }) => reason))];
  if (left.length === 0) return html`<h2>Items left</h2><p>None.</p>`;
  return html`<h2>Items left</h2>
${reasons.map((reason) => html`<h3>${reasonMarkup(reason)}</h3><ul>${left.filter((one) => one.reason === reason).map(itemMarkup)}</ul>`)}`;
}

function itemMarkup({ id, text }: LeftItem): Markup {
  return html`<li><b>${id}</b> ${text}</li>`;
}

/** Returns a reason; its lines after the first are an excerpt or SQL, so they keep their columns. */
export function reasonMarkup(reason: string): Markup {
  const [first = '', ...lines] = reason.split('\n');
  return lines.length === 0 ? html`${first}` : html`${first}<pre>${lines.join('\n')}</pre>`;
}
