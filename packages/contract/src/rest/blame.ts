import { z } from 'zod';

/** Who could have prevented a failure. */
export const blame = z.enum(['sender', 'receiver', 'issuer', 'market', 'network', 'unknown']);
