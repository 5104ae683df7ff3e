import { type Contract, contractSchema } from '../database/contract.ts';
import type { Context } from './context.ts';

/** Cached: the assets do not change while the program runs. */
const known = new WeakMap<Context['assets'], Contract>();

/** Reads the schema contract: what the checklist lists, in machine-readable form. */
export async function contractOf({ assets }: Context): Promise<Contract> {
  const contract =
    known.get(assets) ?? contractSchema.parse(JSON.parse(await assets.read('data/schema-contract.json')));
  known.set(assets, contract);
  return contract;
}
