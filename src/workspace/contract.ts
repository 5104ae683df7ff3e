import { type Contract, contractSchema } from '../database/contract.ts';
import type { Context } from './context.ts';

/** What ships does not change while the program runs. */
const known = new WeakMap<Context['assets'], Contract>();

/** What the checklist lists, in machine form. */
export async function contractOf({ assets }: Context): Promise<Contract> {
  const contract =
    known.get(assets) ?? contractSchema.parse(JSON.parse(await assets.read('data/schema-contract.json')));
  known.set(assets, contract);
  return contract;
}
