import type * as z from 'zod';
import type { remedySchema } from './event-parts.ts';

export type Remedy = z.infer<typeof remedySchema>;
