import type { ProbeResult } from '../../domain/front-end.ts';
import type { Probe, Ui } from '../state.ts';

/** An answer of the setup that has to be tried. */
interface StartedProbe {
  readonly name: string;
  readonly value: string;
  run(): Promise<ProbeResult>;
}

/** Returns an answer that was given but not tried yet; null if there is none. */
export function startedProbe({ mode }: Ui): StartedProbe | null {
  if (mode.type !== 'setup') return null;
  for (const field of mode.fields.slice(0, mode.at)) {
    const value = mode.values[field.name] ?? '';
    const run = field.probe;
    if (run === undefined || value === '' || mode.probes[field.name]?.value === value) continue;
    return { name: field.name, value, run: () => run(value) };
  }
  return null;
}

/** Returns the state with the result of trying an answer; unchanged if the setup is over. */
export function withProbe(ui: Ui, name: string, probe: Probe): Ui {
  if (ui.mode.type !== 'setup') return ui;
  return { ...ui, mode: { ...ui.mode, probes: { ...ui.mode.probes, [name]: probe } } };
}
