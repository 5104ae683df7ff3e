import { isDeepStrictEqual } from 'node:util';
import type { EditedSpan } from '../../domain/undo.ts';
import { type ConfigFault, readTunnelConfig, type TunnelConfig } from './config-file.ts';
import { type Edit, edited, insertion, newIngress, otherService } from './edits.ts';
import { type Route, type RouteState, ruleOf, withRoute } from './route.ts';
import type { WrittenRule } from './rule-text.ts';

/** A tunnel without an ingress answers every request with an error; this is the conventional one. */
export const catchAll: WrittenRule = { service: 'http_status:404' };

/** The file with the route in it. */
export interface Spliced {
  readonly text: string;
  /** The state that the edit was made for: a service that cannot be replaced gets a rule before it. */
  readonly state: RouteState;
  /** What was replaced, so that a rollback restores it exactly. */
  readonly span: EditedSpan;
}

/**
 * Returns the file with the route in it, and every other byte unchanged: text is inserted at one place, and the result
 * is parsed again, and must equal the old content with that one rule.
 * @param state the state of the rules with regard to the route: absent, covered or elsewhere
 * @param last the last rule of a file that has none yet
 */
export function splicedConfig(
  config: TunnelConfig,
  state: RouteState,
  route: Route,
  last: WrittenRule = catchAll,
): Spliced | { readonly fault: ConfigFault } {
  if (config.fixed !== null) return { fault: config.fixed };
  const states: readonly RouteState[] =
    state.is === 'elsewhere'
      ? [state, { is: 'covered', before: state.rule, service: state.service }]
      : [state];
  for (const one of states) {
    const edit = editOf(config, one, route, last);
    const text = edit === null ? null : edited(config.text, edit);
    if (edit === null || text === null || !isAsMeant(config, text, one, route, last)) continue;
    const { at, removed, inserted } = edit;
    const span = { at, before: config.text.slice(at, at + removed), after: inserted };
    return { text, state: one, span };
  }
  const line = config.text.slice(0, config.ingress?.range?.[0] ?? 0).split('\n').length;
  return {
    fault: { line, what: 'erp-deploy cannot insert a rule here without changing the meaning of the file' },
  };
}

function editOf(config: TunnelConfig, state: RouteState, route: Route, last: WrittenRule): Edit | null {
  const { ingress, inherited } = config;
  const rule = ruleOf(route, inherited);
  if (ingress === null) return newIngress(config, [rule, last]);
  if (state.is === 'there') return null;
  const position = positionOf(config, state);
  return state.is === 'elsewhere'
    ? otherService(ingress, position, route.service)
    : insertion(config, ingress, position, rule);
}

/** Returns the position in the list of the rule that a state names. */
function positionOf({ positions }: TunnelConfig, state: RouteState): number {
  return positions['before' in state ? state.before : state.rule] ?? -1;
}

function isAsMeant(
  config: TunnelConfig,
  text: string,
  state: RouteState,
  route: Route,
  last: WrittenRule,
): boolean {
  const after = readTunnelConfig(text);
  if ('faults' in after) return false;
  const isNew = config.ingress === null;
  const before = isNew ? [last] : config.content.ingress;
  if (!Array.isArray(before)) return false;
  const at = isNew ? 0 : positionOf(config, state);
  const ingress = withRoute(before, state, at, route, config.inherited);
  return isDeepStrictEqual(after.content, { ...config.content, ingress });
}
