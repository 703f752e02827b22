import { z } from 'zod';
import { count, hash, ledgerSequence, stroops, time } from '../events/fields.ts';
import { asOf } from './as-of.ts';

export const network = z
  .object({
    data: z.object({
      /** The last ledger stored. */
      cursor: z.object({ sequence: ledgerSequence, hash, closed_at: time }).nullable(),
      tip: ledgerSequence.nullable(),
      lag_ledgers: count.nullable(),
      chain: z
        .object({
          network_passphrase: z.string(),
          protocol_version: z.int().nonnegative(),
          base_fee_stroops: stroops,
          base_reserve_stroops: stroops,
          close_interval_seconds: z
            .object({ ledgers: count, mean: z.number().nonnegative(), longest: z.number().nonnegative() })
            .nullable(),
        })
        .nullable(),
      tasks: z.array(
        z.object({
          task: z.string(),
          status: z.enum(['ok', 'failing']),
          error_code: z.string().nullable(),
          error_at: time.nullable(),
          last_progress_at: time.nullable(),
        }),
      ),
    }),
    as_of: asOf.nullable(),
  })
  .meta({
    id: 'Network',
    description:
      'How far the ledgers stored go. `tip` is the newest ledger the source has spoken of; `close_interval_seconds` is that of the last ledgers, null until there are two. All but `tasks` is null before the first ledger is stored; `tasks` are those of the workers, and what stops them.',
  });

export type Network = z.infer<typeof network>;
