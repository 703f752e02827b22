import { ledgerOfOperation, positionOfOperation, type OperationId } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';

/** Rows that a page looks at in each index at most. */
export const EXAMINED = 5000;

export interface PaymentStretch {
  readonly oldestFirst: boolean;
  /** The list begins beyond this operation. */
  readonly beyond: OperationId | undefined;
  /** Older ledgers are left out. */
  readonly fromLedger: number;
}

/** The order of a list of payments, by ledger and position, and the stretch of them that it covers. */
export class PaymentOrder {
  readonly oldestFirst: boolean;
  /** `asc` or `desc`, for both columns of the key. */
  readonly direction: Fragment;
  /** The whole `order by` for rows of `payments`. */
  readonly sorted: Fragment;
  /** Whether a row of `payments` is in the stretch. */
  readonly isCovered: Fragment;
  /** Whether a row of `transactions` can have payments in the stretch. */
  readonly reachesCovered: Fragment;

  constructor({ sql }: Executor, { oldestFirst, beyond, fromLedger }: PaymentStretch) {
    const [direction, than] = oldestFirst ? ['asc', '>'] : ['desc', '<'];
    this.oldestFirst = oldestFirst;
    this.direction = sql.unsafe(direction);
    this.sorted = sql.unsafe(`order by ledger ${direction}, position ${direction}`);
    const comparison = sql.unsafe(than);
    const isKept = sql`ledger >= ${fromLedger}`;
    if (beyond === undefined) {
      this.isCovered = this.reachesCovered = isKept;
      return;
    }
    // As int8: a client may ask for what the columns cannot hold.
    const ledger = sql`${ledgerOfOperation(beyond)}::int8`;
    const position = sql`${positionOfOperation(beyond)}::int8`;
    // Only conditions on `ledger` alone leave partitions out.
    const inTime = sql`${isKept} and ledger ${comparison}= ${ledger}`;
    this.isCovered = sql`${inTime} and (ledger, position) ${comparison} (${ledger}, ${position})`;
    this.reachesCovered = sql`${inTime} and (ledger, index) ${comparison}= (${ledger}, ${position} >> 12)`;
  }

  /** Whether the first one comes before the other, or is the same. */
  isNotBeyond(id: OperationId, end: OperationId): boolean {
    return this.oldestFirst ? id <= end : id >= end;
  }
}
