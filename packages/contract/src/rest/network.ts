import { z } from 'zod';
import { count, hash, ledgerSequence, stroops, time } from '../scalars.ts';
import { asOf, orNull } from './answer.ts';

export const network = z
  .object({
    data: z.object({
      /** The last ledger stored. */
      cursor: z.object({ sequence: ledgerSequence, hash, closed_at: time }).nullable(),
      newest_ledger_age_seconds: count.nullable(),
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
          error_since: time.nullable(),
          last_progress_at: time.nullable(),
          progress_age_seconds: count.nullable(),
          waiting_for: z.string().nullable(),
          waiting_since: time.nullable(),
        }),
      ),
    }),
    as_of: orNull(asOf),
  })
  .meta({
    id: 'Network',
    description:
      'How far ingestion has come. `tip` is the newest ledger that the source reports now; it and `lag_ledgers` are null if the source does not answer, and `lag_ledgers` also if the source is behind the cursor. `close_interval_seconds` is of the last ledgers stored, and null while there are fewer than two. `tasks` are the tasks of the workers, each with what stops it, or with what it waits for. The error `queue_stalled` means that no worker reports for the task any more. Everything but `tip` and `tasks` is null until the first ledger is stored.',
  });

export type Network = z.infer<typeof network>;
