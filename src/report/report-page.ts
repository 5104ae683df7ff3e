import { createHash } from 'node:crypto';
import type { Outcome } from '../domain/events.ts';
import type { Evidence } from '../domain/evidence.ts';
import { phaseNames, phaseTitles } from '../domain/phase.ts';
import type { StepState } from '../domain/reducer.ts';
import { erPicture } from './er-picture.ts';
import { countsOf, stepsOf, timeSpent } from './gather.ts';
import { html, Markup, nothing } from './html.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import type { ReportData } from './report-data.ts';
import { seconds, timeline } from './timeline.ts';

/** One page with all of it inside: it fetches nothing, and its own rules forbid that it does. */
export function reportPage(data: ReportData): string {
  const { project, runs } = data;
  const steps = stepsOf(runs);
  const script = createHash('sha256').update(pageScript).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${script}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${project}: roll-out report</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
${head(data, steps)}
<main>
<h2>Timeline</h2>
${timeline(steps, runs)}
${figures(data)}
<h2>Steps</h2>
${phaseNames.map((phase) =>
  phasePart(
    data,
    steps.filter((step) => step.phase === phase),
    phaseTitles[phase],
  ),
)}
${leftPart(data, steps)}
${diagramPart(data)}
</main>
<footer class="soft"><p>Made by erp-deploy ${data.madeAt}, from the journal, ${runs.length === 1 ? 'the log' : `the ${runs.length} logs`} of the roll-out${drawnFrom(data)}.</p></footer>
<script>${new Markup(pageScript)}</script>
</body>
</html>
`.text;
}

function head(data: ReportData, steps: readonly StepState[]): Markup {
  const { project, runs, withoutLocalTest: untested } = data;
  const { started, problems } = (runs.at(-1) ?? runs[0]).state;
  const { state, words } = outcomeOf(data);
  const spent = `took ${seconds(timeSpent(runs))}${runs.length === 1 ? '' : ` in ${runs.length} runs`}`;
  return html`<header>
<h1>${project}: roll-out report</h1>
<p class="outcome ${state}">${words}</p>
<p>${countsOf(steps).map((count) => html`${count}. `)}</p>
<p class="soft">${started?.workspace ?? ''}, engine ${started?.engine ?? ''} (${started?.engineReason ?? ''}), begun ${runs[0].state.started?.at ?? ''}, ${spent}.</p>
${untested === null ? nothing : html`<p><b>Production without a local test of these files:</b> ${untested}</p>`}
${problems.map(({ problem }) => html`<p class="failed"><b>${problem.code}</b> ${problem.what} ${problem.why}</p>`)}
</header>`;
}

/** What became of the roll-out, up to now. */
function outcomeOf({ runs, rollback, isUnfinished }: ReportData): {
  readonly state: Outcome;
  readonly words: string;
} {
  const { finished } = (runs.at(-1) ?? runs[0]).state;
  if (rollback !== null) {
    const words = rollback.isWhole ? 'undone by a rollback' : 'partly undone by a rollback';
    return { state: 'stopped', words: `${words}, ${rollback.at}: what is told below was so before it` };
  }
  if (finished !== null && finished.exit !== 0) {
    return { state: 'failed', words: `ended with exit ${finished.exit}` };
  }
  return finished === null || isUnfinished
    ? { state: 'stopped', words: 'not finished' }
    : { state: 'done', words: 'done' };
}

/** What validation counted, as it stands in its evidence: of each database that was validated. */
function figures({ seen }: ReportData): Markup {
  const told = ['2.3', '3.4']
    .flatMap((step) => seen(step)?.evidence ?? [])
    // The validation script counts the same under names of its own.
    .filter(({ facts }) => facts?.expected_tables === undefined);
  const targets = [...new Set(told.map(({ target }) => target))];
  const parts = targets.map((target) =>
    figuresOf(
      target,
      told.filter((one) => one.target === target),
    ),
  );
  return parts.every(({ text }) => text === '') ? nothing : html`<h2>Validation</h2>${parts}`;
}

function figuresOf(target: Evidence['target'], told: readonly Evidence[]): Markup {
  const rows = new Map(
    told
      .flatMap(({ facts }) => Object.entries(facts ?? {}))
      .filter(([, value]) => typeof value === 'number')
      .map(([name, value]) => [spelled(name), value]),
  );
  if (rows.size === 0) return nothing;
  const title = target === 'production' ? 'Production' : `Local test (${target})`;
  return html`<h3>${title}</h3>
<dl>${[...rows].map(([name, value]) => html`<div><dt>${name}</dt><dd>${String(value)}</dd></div>`)}</dl>`;
}

/** `foreignKeysErp` as `foreign keys erp`. */
function spelled(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function phasePart(data: ReportData, steps: readonly StepState[], title: string): Markup {
  return steps.length === 0 ? nothing : html`<h3>${title}</h3>${steps.map((step) => stepPart(data, step))}`;
}

function stepPart({ seen }: ReportData, step: StepState): Markup {
  const told = seen(step.id);
  const time = step.startedAt === null ? '' : seconds(step.milliseconds);
  return html`<details id="step-${step.id}"><summary><b>${step.id}</b> ${step.title} <span class="${step.state}">${step.state}</span> ${step.summary} <span class="soft">${time}</span></summary>
<div>${told === undefined ? html`<p>Nothing was seen of it.</p>` : html`<p class="soft">Seen ${told.at}</p><ul>${told.evidence.map(evidenceItem)}</ul>`}${openList(told?.open ?? [])}</div></details>
`;
}

function evidenceItem({ box, target, summary }: Evidence): Markup {
  return html`<li>${box === undefined ? nothing : html`<b>${box}</b> `}${summary} <span class="soft">(${target})</span></li>`;
}

function openList(open: readonly { readonly box: string; readonly reason: string }[]): Markup {
  if (open.length === 0) return nothing;
  return html`<p>Open:</p><ul>${open.map(({ box, reason }) => html`<li><b>${box}</b> ${reasonWords(reason)}</li>`)}</ul>`;
}

/** Lines that follow the words show a place, or SQL to decide on: they keep their columns. */
function reasonWords(reason: string): Markup {
  const [words = '', ...lines] = reason.split('\n');
  return lines.length === 0 ? html`${words}` : html`${words}<pre>${lines.join('\n')}</pre>`;
}

/** What was left out, and what a person has to decide. */
function leftPart({ seen }: ReportData, steps: readonly StepState[]): Markup {
  const skipped = steps.filter(({ state }) => state === 'skipped');
  const proven = new Set(steps.flatMap(({ id }) => seen(id)?.evidence ?? []).map(({ box }) => box));
  const open = steps
    .flatMap(({ id }) => seen(id)?.open ?? [])
    // What one step leaves open, a later one may have proven.
    .filter(({ box }) => !proven.has(box));
  return html`<h2>Skipped, and why</h2>
${skipped.length === 0 ? html`<p>Nothing was skipped.</p>` : html`<ul>${skipped.map(({ id, title, summary }) => html`<li><b>${id}</b> ${title}: ${summary}</li>`)}</ul>`}
<h2>Open boxes</h2>
${open.length === 0 ? html`<p>None.</p>` : html`<ul>${open.map(({ box, reason }) => html`<li><b>${box}</b> ${reasonWords(reason)}</li>`)}</ul>`}`;
}

function diagramPart({ picture: { diagram, instead } }: ReportData): Markup {
  const why = instead === null ? nothing : html`<p class="stopped">${instead}</p>`;
  if (diagram === null) return html`<h2>Diagram</h2>${why}<p>There is no database to draw.</p>`;
  return html`<h2>Diagram</h2>${why}
<p>Drawn from ${diagram.of}.</p>
<p><button type="button" data-zoom="in">Closer</button><button type="button" data-zoom="out">Farther</button><button type="button" data-zoom="whole">All of it</button>
<span class="soft">Drag, use the wheel, or the arrow keys, + and -.</span></p>
<div class="view" tabindex="0" role="group" aria-label="Diagram, moved with the arrow keys">${erPicture(diagram)}</div>`;
}

function drawnFrom({ picture: { diagram } }: ReportData): string {
  return diagram === null ? '' : `, and ${diagram.of}`;
}
