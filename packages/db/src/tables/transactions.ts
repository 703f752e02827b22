import { boolean, index, integer, pgEnum, pgTable, primaryKey, sql, text } from './drizzle.ts';
import { account, bytes, hash, ledgerSequence, resultCode, stroops, uint64 } from './columns.ts';

export const memoType = pgEnum('memo_type', ['none', 'text', 'id', 'hash', 'return']);

/** Partitioned by `ledger`. */
export const transactions = pgTable(
  'transactions',
  {
    ledger: ledgerSequence('ledger').notNull(),
    index: integer('index').notNull(),
    hash: hash('hash').notNull(),
    innerHash: hash('inner_hash'),
    source: account('source').notNull(),
    sourceMuxedId: uint64('source_muxed_id'),
    feeSource: account('fee_source').notNull(),
    feeSourceMuxedId: uint64('fee_source_muxed_id'),
    feeCharged: stroops('fee_charged').notNull(),
    succeeded: boolean('succeeded').notNull(),
    result: resultCode('result').notNull(),
    innerResult: resultCode('inner_result'),
    operationCount: integer('operation_count').notNull(),
    memoType: memoType('memo_type').notNull(),
    /** As text: the text itself, the id in decimal, or the hash in hex. */
    memo: text('memo'),
    /** The exact bytes of a text that `memo` cannot hold: it is not UTF-8, or has a NUL, which Postgres text cannot hold. */
    memoBytes: bytes('memo_bytes'),
  },
  (table) => [
    primaryKey({ name: 'transactions_key', columns: [table.ledger, table.index] }),
    index('transactions_by_hash').on(table.hash),
    index('transactions_by_inner_hash')
      .on(table.innerHash)
      .where(sql`${table.innerHash} is not null`),
    index('transactions_by_memo')
      .on(table.memo)
      .where(sql`${table.memo} is not null`),
  ],
);
