import { BLAMES } from '@stellar-insights/ledger';
import { z } from 'zod';

/** Who could have prevented a failure. */
export const blame = z.enum(BLAMES);
