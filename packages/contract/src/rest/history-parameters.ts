import { z } from 'zod';
import { operationId } from '../scalars.ts';
import { refuse, refuseBeside, type Refusals } from './conflicts.ts';
import { isPeriod, ledgerParameter, streamedListParameters, periodParameters } from './parameters.ts';

/** What every list of operations can be asked for: an order, and a range of operations, of ledgers or of times. */
export const historyParameters = {
  order: z.enum(['asc', 'desc']).default('desc').meta({
    description:
      '`desc`: the newest first. `asc`: the oldest first, to follow what is stored: `next_cursor` is then null at the end of what is stored so far.',
  }),
  after_id: operationId.optional().meta({
    description: 'Only operations with a greater id, which are later ones, whatever the order is.',
    example: undefined,
  }),
  before_id: operationId.optional().meta({
    description: 'Only operations with a smaller id, which are earlier ones, whatever the order is.',
    example: undefined,
  }),
  from: periodParameters.from.meta({
    description:
      'Only ledgers that closed at this time or later: a date, whose beginning in UTC is meant, or a time in UTC.',
    example: undefined,
  }),
  to: periodParameters.to.meta({
    description:
      'Only ledgers that closed before this time: a date, whose beginning in UTC is meant, or a time in UTC.',
    example: undefined,
  }),
  from_ledger: ledgerParameter.optional().meta({ description: 'Only this ledger and later ones.' }),
  to_ledger: ledgerParameter.optional().meta({ description: 'Only this ledger and earlier ones.' }),
  ledger: ledgerParameter.optional().meta({
    description: 'Only this ledger. It excludes ranges of ledgers and of times.',
  }),
  ...streamedListParameters,
};

/** What these parameters say. */
export type HistoryQuery = z.infer<z.ZodObject<typeof historyParameters>>;

/** Refuses ranges that nothing can be in, and ranges beside `ledger`. For `superRefine`. */
export function checkHistory(query: Partial<HistoryQuery>, refusals: Refusals): void {
  const { after_id: after, before_id: before, from, to, from_ledger: first, to_ledger: last } = query;
  if (!isPeriod({ from, to })) {
    refuse(refusals, {
      from: 'expected a time before `to`',
      to: 'expected a time after `from`',
    });
  }
  if (first !== undefined && last !== undefined && first > last) {
    refuse(refusals, {
      from_ledger: 'expected no ledger after `to_ledger`',
      to_ledger: 'expected no ledger before `from_ledger`',
    });
  }
  if (isId(after) && isId(before) && BigInt(after) + 1n >= BigInt(before)) {
    refuse(refusals, {
      after_id: 'expected ids between this one and `before_id`',
      before_id: 'expected ids between `after_id` and this one',
    });
  }
  refuseBeside(query, refusals, 'ledger', ['from_ledger', 'to_ledger', 'from', 'to']);
}

/** A query is checked as a whole also if a parameter of it does not fit. */
function isId(text: string | undefined): text is string {
  return operationId.safeParse(text).success;
}
