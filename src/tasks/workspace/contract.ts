import { type Contract, contractSchema } from '../../database/contract.ts';
import type { Context } from '../context.ts';

/** What the checklist lists, in machine form. */
export async function contractOf({ assets }: Context): Promise<Contract> {
  return contractSchema.parse(JSON.parse(await assets.read('data/schema-contract.json')));
}
