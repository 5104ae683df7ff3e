import type { Evidence, Item, OpenItem } from '../domain/evidence.ts';
import type { ItemId, StepId } from '../domain/phase.ts';
import { knownItems } from './match-items.ts';

/** An item that evidence of any target verifies. */
export const anywhere = (id: ItemId): Item => ({
  id,
  provenOn: ['workspace', 'embedded', 'docker', 'production'],
});

/** An item about a running container, wherever it runs. */
export const inAnyContainer = (id: ItemId): Item => ({ id, provenOn: ['docker', 'production'] });

/** An item about a container of the local test. */
export const inLocalContainer = (id: ItemId): Item => ({ id, provenOn: ['docker'] });

/** An item about production. */
export const inProduction = (id: ItemId): Item => ({ id, provenOn: ['production'] });

/** An item of the section whose evidence comes from other steps, which declare it too. */
export const provenElsewhere = (id: ItemId): Item => ({ id, provenOn: [] });

/** Returns all items of a section, each verified by evidence of any target. */
export function sectionItems(step: StepId): readonly Item[] {
  return knownItems.filter((one) => one.step === step).map(({ id }) => anywhere(id));
}

type Items = Item | readonly Items[] | { readonly [key: string]: Items } | undefined;

/** Returns the items that a step declares in a record of items and lists of items. */
export function allItems(declared: object): readonly Item[] {
  return Object.values(declared).flatMap((one: Items) => {
    if (one === undefined) return [];
    return isItem(one) ? [one] : allItems(one);
  });
}

function isItem(one: Exclude<Items, undefined>): one is Item {
  return 'id' in one && 'provenOn' in one;
}

/** Returns evidence for an item; about the step as a whole if the target has no such item. */
export function evidenceFor(item: Item | undefined, evidence: Omit<Evidence, 'item'>): Evidence {
  return item === undefined ? evidence : { item: item.id, ...evidence };
}

/** Returns the items that evidence of a target verifies. */
export function provenBy(items: readonly (Item | undefined)[], target: Evidence['target']): readonly Item[] {
  return items.filter((item) => item?.provenOn.includes(target)).filter((item) => item !== undefined);
}

/** Returns as open the items about containers, which the embedded engine cannot verify. */
export function openOnEmbedded(
  items: readonly (Item | undefined)[],
  target: Evidence['target'],
): readonly OpenItem[] {
  if (target !== 'embedded') return [];
  const reason = 'needs Docker';
  return items.flatMap((item) =>
    item === undefined || item.provenOn.includes(target) ? [] : [{ item: item.id, reason }],
  );
}
