import { ledgerOfOperation, positionOfOperation, type OperationId } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';

export interface OrderedStretch {
  readonly oldestFirst: boolean;
  /** It begins beyond this operation. */
  readonly beyond: OperationId | undefined;
  /** Its first and its last ledger, whatever the direction. */
  readonly from: number;
  readonly to: number;
}

/** The order of a list of payments, by ledger and position, and the stretch of them that it covers. */
export class PaymentOrder {
  readonly oldestFirst: boolean;
  /** `asc` or `desc`, for both columns of the key. */
  readonly direction: Fragment;
  /** The whole `order by` for rows of `payments`. */
  readonly sorted: Fragment;
  /** Whether a row is in a ledger of the stretch. It leaves out the partitions of all others. */
  readonly isInLedgers: Fragment;
  /** Whether a row of `payments` is in the stretch. */
  readonly isCovered: Fragment;
  /** Whether a row of `transactions` can have payments in the stretch. */
  readonly reachesCovered: Fragment;

  constructor({ sql }: Executor, { oldestFirst, beyond, from, to }: OrderedStretch) {
    const [direction, than] = oldestFirst ? ['asc', '>'] : ['desc', '<'];
    this.oldestFirst = oldestFirst;
    this.direction = sql.unsafe(direction);
    this.sorted = sql.unsafe(`order by ledger ${direction}, position ${direction}`);
    const comparison = sql.unsafe(than);
    this.isInLedgers = sql`ledger between ${from}::int8 and ${to}::int8`;
    if (beyond === undefined) {
      this.isCovered = this.reachesCovered = this.isInLedgers;
      return;
    }
    // As int8: a client may ask for what the columns cannot hold.
    const ledger = sql`${ledgerOfOperation(beyond)}::int8`;
    const position = sql`${positionOfOperation(beyond)}::int8`;
    this.isCovered = sql`${this.isInLedgers} and (ledger, position) ${comparison} (${ledger}, ${position})`;
    this.reachesCovered = sql`${this.isInLedgers} and (ledger, index) ${comparison}= (${ledger}, ${position} >> 12)`;
  }

  /** Whether the first one comes before the other, or is the same. */
  isNotBeyond(id: OperationId, end: OperationId): boolean {
    return this.oldestFirst ? id <= end : id >= end;
  }
}
