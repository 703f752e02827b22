import { boolean, index, integer, pgTable, primaryKey, smallint, sql, text } from './drizzle.ts';
import { account, bytes, hash, ledgerOfRow, letterColumn, resultCode, stroops, uint64 } from './columns.ts';
import { MEMO_TYPE_LETTERS } from './letters.ts';

/**
 * Partitioned by `ledger`. Of the hashes an index of their hashes is enough, which is small. A memo may stand in millions of
 * transactions, which such an index would keep in one chain.
 */
export const transactions = pgTable(
  'transactions',
  {
    feeCharged: stroops('fee_charged').notNull(),
    ledger: ledgerOfRow('ledger').notNull(),
    index: integer('index').notNull(),
    source: account('source').notNull(),
    feeSource: account('fee_source').notNull(),
    operationCount: smallint('operation_count').notNull(),
    result: resultCode('result').notNull(),
    innerResult: resultCode('inner_result'),
    succeeded: boolean('succeeded').notNull(),
    memoType: letterColumn('memo_type', MEMO_TYPE_LETTERS).notNull(),
    hash: hash('hash').notNull(),
    innerHash: hash('inner_hash'),
    /** As text: the text itself, the id in decimal, or the hash in hex. */
    memo: text('memo'),
    /** The exact bytes of a text that `memo` cannot hold: it is not UTF-8, or has a NUL, which Postgres text cannot hold. */
    memoBytes: bytes('memo_bytes'),
    sourceMuxedId: uint64('source_muxed_id'),
    feeSourceMuxedId: uint64('fee_source_muxed_id'),
  },
  (table) => [
    primaryKey({ name: 'transactions_key', columns: [table.ledger, table.index] }),
    index('transactions_by_source').on(table.source, table.ledger),
    index('transactions_by_fee_source')
      .on(table.feeSource, table.ledger)
      .where(sql`${table.feeSource} <> ${table.source}`),
    index('transactions_by_hash').using('hash', table.hash),
    index('transactions_by_inner_hash')
      .using('hash', table.innerHash)
      .where(sql`${table.innerHash} is not null`),
    index('transactions_by_memo')
      .on(table.memo, table.ledger)
      .where(sql`${table.memo} is not null`),
  ],
);
