import { createHash } from 'node:crypto';
import { withCommand } from '../domain/command-text.ts';
import type { Evidence, OpenItem } from '../domain/evidence.ts';
import { outcomeText } from '../domain/outcome-text.ts';
import { phaseNames, phaseTitles } from '../domain/phase.ts';
import type { StepState } from '../domain/reducer.ts';
import { databaseChangesPart, filesPart, migrationsPart } from './changes-part.ts';
import { erPicture, legend } from './er-picture.ts';
import { countsOf, stepsOf, timeSpent } from './gather.ts';
import { html, Markup, nothing } from './html.ts';
import { leftItemsPart, reasonMarkup } from './left-part.ts';
import { madePart, nextPart, outcomeOf } from './outcome-part.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import type { ReportData } from './report-data.ts';
import { seconds, timeline } from './timeline.ts';
import { timeMarkup } from './times.ts';

/** Returns the report as one self-contained page, whose content security policy forbids loading anything. */
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
<title>${project}: rollout report</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
${head(data, steps)}
<main>
${nextPart(data)}
<h2>Timeline</h2>
${timeline(steps, runs)}
${migrationsPart(data)}
${databaseChangesPart(data)}
${figures(data)}
${filesPart(data)}
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
<footer class="soft"><p>Made by erp-deploy, ${timeMarkup(data.madeAt)}, from the journal, ${runs.length === 1 ? 'the log' : `the ${runs.length} logs`} of the rollout${drawnFrom(data)}.</p></footer>
<script>${new Markup(pageScript)}</script>
</body>
</html>
`.text;
}

function head(data: ReportData, steps: readonly StepState[]): Markup {
  const { project, runs, withoutLocalTest: untested } = data;
  const { problems } = (runs.at(-1) ?? runs[0]).state;
  const { state, text } = outcomeOf(data, steps);
  const spent = `${seconds(timeSpent(runs))} of work${runs.length === 1 ? '' : ` in ${runs.length} runs`}`;
  return html`<header>
<h1>${project}: rollout report</h1>
<p class="outcome ${state}">${text}</p>
<p>${countsOf(steps, data.left.length).map((count) => html`${count}. `)}<span class="soft">${spent}.</span></p>
${untested === null ? nothing : html`<p><b>Production without a local test of these files:</b> ${untested}</p>`}
${problems.map(({ problem }) => html`<p class="failed"><b>${problem.code}</b> ${problem.what} ${problem.why}</p>`)}
${madePart(data)}
</header>`;
}

/** Returns the counts in the evidence of validation, for each database that was validated. */
function figures({ evidenceOf }: ReportData): Markup {
  const all = ['2.3', '3.4']
    .flatMap((step) => evidenceOf(step)?.evidence ?? [])
    // The validation script reports the same counts under other names.
    .filter(({ facts }) => facts?.expected_tables === undefined);
  const targets = [...new Set(all.map(({ target }) => target))];
  const parts = targets.map((target) =>
    figuresOf(
      target,
      all.filter((one) => one.target === target),
    ),
  );
  return parts.every(({ text }) => text === '') ? nothing : html`<h2>Validation</h2>${parts}`;
}

function figuresOf(target: Evidence['target'], evidence: readonly Evidence[]): Markup {
  const rows = new Map(
    evidence
      .flatMap(({ facts }) => Object.entries(facts ?? {}))
      .filter(([, value]) => typeof value === 'number')
      .map(([name, value]) => [spelled(name), value]),
  );
  if (rows.size === 0) return nothing;
  const title = target === 'production' ? 'Production' : `Local test (${target})`;
  return html`<h3>${title}</h3>
<dl>${[...rows].map(([name, value]) => html`<div><dt>${name}</dt><dd>${String(value)}</dd></div>`)}</dl>`;
}

/** Returns `foreignKeysErp` as `foreign keys erp`. */
function spelled(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function phasePart(data: ReportData, steps: readonly StepState[], title: string): Markup {
  return steps.length === 0 ? nothing : html`<h3>${title}</h3>${steps.map((step) => stepPart(data, step))}`;
}

function stepPart({ evidenceOf }: ReportData, step: StepState): Markup {
  const last = evidenceOf(step.id);
  const { word, text } = outcomeText(step.state, step.summary);
  const time = step.startedAt === null ? '' : seconds(step.milliseconds);
  return html`<details id="step-${step.id}"><summary><b>${step.id}</b> ${step.title} <span class="${step.state}">${word}</span> ${text} <span class="soft">${time}</span></summary>
<div>${last === undefined ? html`<p>No evidence recorded.</p>` : html`<p class="soft">Checked ${timeMarkup(last.at)}</p><ul>${last.evidence.map(evidenceItem)}</ul>`}${leftList(last?.open ?? [])}</div></details>
`;
}

function evidenceItem({ item, target, summary }: Evidence): Markup {
  return html`<li>${item === undefined ? nothing : html`<b>${item}</b> `}${summary} <span class="soft">(${target})</span></li>`;
}

function leftList(left: readonly OpenItem[]): Markup {
  if (left.length === 0) return nothing;
  return html`<p>Items left:</p><ul>${left.map(leftItem)}</ul>`;
}

function leftItem({ item, reason, command }: OpenItem): Markup {
  return html`<li><b>${item}</b> ${reasonMarkup(withCommand(reason, command))}</li>`;
}

/** Returns the skipped steps, and the checklist items that are left to the operator. */
function leftPart({ left }: ReportData, steps: readonly StepState[]): Markup {
  const skipped = steps.filter(({ state }) => state === 'skipped');
  return html`<h2>Skipped steps</h2>
${skipped.length === 0 ? html`<p>None.</p>` : html`<ul>${skipped.map(({ id, title, summary }) => html`<li><b>${id}</b> ${title}: ${summary}</li>`)}</ul>`}
${leftItemsPart(left)}`;
}

function diagramPart({ picture: { diagram, instead } }: ReportData): Markup {
  const why = instead === null ? nothing : html`<p class="stopped">${instead}</p>`;
  if (diagram === null) return html`<h2>Diagram</h2>${why}<p>There is no database to show.</p>`;
  return html`<h2>Diagram</h2>${why}
<p>Schema of ${diagram.of}.</p>
<p><button type="button" data-zoom="in">Zoom in</button><button type="button" data-zoom="out">Zoom out</button><button type="button" data-zoom="whole">Fit</button>
<span class="soft">To move it: drag, mouse wheel, arrow keys, + and -.</span></p>
${legend(diagram)}
<div class="view" tabindex="0" role="group" aria-label="Diagram; arrow keys move it">${erPicture(diagram)}</div>`;
}

function drawnFrom({ picture: { diagram } }: ReportData): string {
  return diagram === null ? '' : `, and ${diagram.of}`;
}
