import { z } from 'zod';
import { count, hash, ledgerSequence, stroops, time } from '../scalars.ts';
import { asOf } from './answer.ts';

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
      'How far ingestion has come. `tip` is the newest ledger that the source has reported. `close_interval_seconds` is of the last ledgers stored, and null while there are fewer than two. `tasks` are the tasks of the workers, each with its last error. Everything but `tasks` is null until the first ledger is stored.',
  });

export type Network = z.infer<typeof network>;
