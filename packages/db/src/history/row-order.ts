import {
  ledgerOfOperation,
  operationAt,
  positionOfOperation,
  type OperationId,
} from '@stellar-insights/ledger';
import type { Row } from 'postgres';
import type { Executor, Fragment } from '../database.ts';

/** The columns of a table's key that follow `ledger`. Several rows of an operation are told apart by their order. */
export type RowKey = 'operation' | 'order' | 'transaction';

const COLUMNS: Readonly<Record<RowKey, readonly string[]>> = {
  operation: ['position'],
  order: ['position', '"order"'],
  transaction: ['index'],
};

/** Operations of a transaction, and the bits of a position that they take. */
const OPERATIONS = 4096;
const OPERATION_BITS = 12;

/** A place in a list: that of a row, or the end of all rows of an operation. */
export interface Place {
  /** Of a transaction, the id that an operation with the index 0 would have. */
  readonly operationId: OperationId;
  /** Of one of the operation's rows; absent if the place is behind all of them. */
  readonly order?: number | undefined;
}

/** The rows that a list can have, whatever its order. */
export interface HistoryRange {
  /** The first and the last ledger. */
  readonly from: number;
  readonly to: number;
  /** Only rows of operations with greater ids, or with lesser ones. */
  readonly after?: OperationId | undefined;
  readonly before?: OperationId | undefined;
}

/** A row of a table of facts that is called `f`, as `columnsOf` selects it. It has the columns of its table's key. */
export interface FactRow extends Row {
  readonly 'f ledger': number;
  readonly 'f position'?: number;
  readonly 'f order'?: number;
  readonly 'f index'?: number;
}

export interface OrderedStretch extends HistoryRange {
  readonly oldestFirst: boolean;
  /** It begins beyond this place. */
  readonly beyond: Place | undefined;
}

/** The order of a list, by ledger and by what follows it in the table's key, and the stretch of the list that it covers. */
export class RowOrder {
  readonly oldestFirst: boolean;
  /** `asc` or `desc`, for all columns of the key. */
  readonly direction: Fragment;
  /** The columns of the key. */
  readonly key: Fragment;
  /** Those that follow `ledger`, each with its direction, of the table called `f`. */
  readonly withinLedger: Fragment;
  /** The whole `order by` for rows of the table, and that of the other direction. */
  readonly sorted: Fragment;
  readonly reversed: Fragment;
  /** Whether a row is in a ledger of the stretch. It leaves out the partitions of all others. */
  readonly isInLedgers: Fragment;
  /** Whether a row of the table is in the stretch. */
  readonly isCovered: Fragment;
  /** Whether a row of `transactions` can have operations in the stretch. */
  readonly reachesCovered: Fragment;

  constructor(executor: Executor, key: RowKey, stretch: OrderedStretch) {
    const { sql } = executor;
    const { oldestFirst, beyond, from, to, after, before } = stretch;
    const columns = ['ledger', ...COLUMNS[key]];
    const [direction, opposite] = oldestFirst ? ['asc', 'desc'] : ['desc', 'asc'];
    const by = (way: string) => `order by ${columns.map((column) => `${column} ${way}`).join(', ')}`;
    this.oldestFirst = oldestFirst;
    this.direction = sql.unsafe(direction);
    this.key = sql.unsafe(columns.join(', '));
    this.withinLedger = sql.unsafe(COLUMNS[key].map((column) => `f.${column} ${direction}`).join(', '));
    this.sorted = sql.unsafe(by(direction));
    this.reversed = sql.unsafe(by(opposite));
    this.isInLedgers = sql`ledger between ${from}::int8 and ${to}::int8`;
    const bounds = boundsOf({ oldestFirst, beyond, after, before });
    this.isCovered = bounds.reduce(
      (all, { side, place }) => sql`${all} and ${isBeyond(executor, key, side, place)}`,
      this.isInLedgers,
    );
    this.reachesCovered = bounds.reduce(
      (all, { side, place }) => sql`${all} and ${reachesBeyond(executor, side, place)}`,
      this.isInLedgers,
    );
  }

  /** Whether the first one comes before the other, or is the same. */
  isNotBeyond(place: Place, end: Place): boolean {
    const [first, second] = this.oldestFirst ? [place, end] : [end, place];
    if (first.operationId !== second.operationId) return first.operationId < second.operationId;
    return (first.order ?? 0) <= (second.order ?? 0);
  }
}

export function placeOf(row: FactRow): Place {
  const { 'f ledger': ledger, 'f position': position, 'f index': index = 0, 'f order': order } = row;
  return { operationId: operationAt(ledger, position ?? index * OPERATIONS), order };
}

type Side = '>' | '<';

interface Bound {
  readonly side: Side;
  readonly place: Place;
}

function boundsOf({
  oldestFirst,
  beyond,
  after,
  before,
}: Pick<OrderedStretch, 'oldestFirst' | 'beyond' | 'after' | 'before'>): Bound[] {
  const bounds: Bound[] = [];
  if (beyond !== undefined) bounds.push({ side: oldestFirst ? '>' : '<', place: beyond });
  if (after !== undefined) bounds.push({ side: '>', place: { operationId: after } });
  if (before !== undefined) bounds.push({ side: '<', place: { operationId: before } });
  return bounds;
}

/* As int8: a client may ask for what the columns cannot hold. */

function isBeyond({ sql }: Executor, key: RowKey, side: Side, { operationId, order }: Place): Fragment {
  const than = sql.unsafe(side);
  const ledger = sql`${ledgerOfOperation(operationId)}::int8`;
  const position = positionOfOperation(operationId);
  if (key === 'transaction') {
    // A transaction comes before its operations.
    const index = Math.floor((side === '>' ? position : position + OPERATIONS - 1) / OPERATIONS);
    return sql`(ledger, index) ${than} (${ledger}, ${index}::int8)`;
  }
  if (key === 'operation' || order === undefined) {
    return sql`(ledger, position) ${than} (${ledger}, ${position}::int8)`;
  }
  return sql`(ledger, position, "order") ${than} (${ledger}, ${position}::int8, ${order}::int8)`;
}

function reachesBeyond({ sql }: Executor, side: Side, { operationId }: Place): Fragment {
  const than = sql.unsafe(side);
  const position = sql`${positionOfOperation(operationId)}::int8`;
  const ledger = sql`${ledgerOfOperation(operationId)}::int8`;
  return sql`(ledger, index) ${than}= (${ledger}, ${position} >> ${OPERATION_BITS})`;
}
