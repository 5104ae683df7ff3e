import type { Catalog, CatalogObject } from './catalog/catalog.ts';

const setsUpdatedAt =
  /\bBEFORE (INSERT OR )?UPDATE ON .* FOR EACH ROW EXECUTE FUNCTION \S*update_updated_at_column\(\)$/;

/** Returns the triggers that set `updated_at` on every UPDATE, whatever their name, including disabled ones. */
export function updatedAtTriggers(catalog: Catalog): readonly CatalogObject[] {
  return catalog.objects.filter(
    ({ kind, attributes }) => kind === 'trigger' && setsUpdatedAt.test(attributes.definition ?? ''),
  );
}
