import { ledgerOfOperation, positionOfOperation, type OperationId } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';

/** Rows that a page looks at in each index at most. */
export const EXAMINED = 5000;

/** The order of a list of payments, by ledger and position, and the operation beyond which it begins. */
export class PaymentOrder {
  readonly oldestFirst: boolean;
  /** `asc` or `desc`, for both columns of the key. */
  readonly direction: Fragment;
  /** The whole `order by` for rows of `payments`. */
  readonly sorted: Fragment;
  /** Whether a row of `payments` lies beyond the beginning. */
  readonly isBeyond: Fragment;
  /** Whether a row of `transactions` can have payments beyond the beginning. */
  readonly reachesBeyond: Fragment;

  constructor(
    { sql }: Executor,
    { oldestFirst, beyond }: { oldestFirst: boolean; beyond: OperationId | undefined },
  ) {
    const [direction, than] = oldestFirst ? ['asc', '>'] : ['desc', '<'];
    this.oldestFirst = oldestFirst;
    this.direction = sql.unsafe(direction);
    this.sorted = sql.unsafe(`order by ledger ${direction}, position ${direction}`);
    const comparison = sql.unsafe(than);
    if (beyond === undefined) {
      this.isBeyond = this.reachesBeyond = sql`true`;
      return;
    }
    // As int8: a client may ask for what the columns cannot hold.
    const ledger = sql`${ledgerOfOperation(beyond)}::int8`;
    const position = sql`${positionOfOperation(beyond)}::int8`;
    // Only the condition on `ledger` alone leaves partitions out.
    const inTime = sql`ledger ${comparison}= ${ledger}`;
    this.isBeyond = sql`${inTime} and (ledger, position) ${comparison} (${ledger}, ${position})`;
    this.reachesBeyond = sql`${inTime} and (ledger, index) ${comparison}= (${ledger}, ${position} >> 12)`;
  }

  /** Whether the first one comes before the other, or is the same. */
  isNotBeyond(id: OperationId, end: OperationId): boolean {
    return this.oldestFirst ? id <= end : id >= end;
  }
}
