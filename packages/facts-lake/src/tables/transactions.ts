import type {
  AccountId,
  Hash,
  LedgerSequence,
  Memo,
  ResultCode,
  Stroops,
  TransactionFact,
} from '@stellar-insights/ledger';
import {
  boolean,
  bytes,
  int32,
  int64Of,
  nullable,
  textOf,
  timestamp,
  uint32Of,
  uint64,
  type RowOf,
} from './columns.ts';
import { lakeTable, type LakeTable } from './lake-table.ts';

const memoColumns = {
  memo_type: textOf<Memo['type']>(),
  /** The text, the id in digits, or the hash. */
  memo: nullable(textOf()),
  /** Only of a text that is not UTF-8, or that begins with a byte order mark. */
  memo_bytes: nullable(bytes),
};

export const transactions: LakeTable<TransactionFact> = lakeTable({
  name: 'transactions',
  columns: {
    ledger: uint32Of<LedgerSequence>(),
    transaction_index: int32,
    closed_at: timestamp,
    tx_hash: textOf<Hash>(),
    inner_hash: nullable(textOf<Hash>()),
    source: textOf<AccountId>(),
    source_muxed_id: nullable(uint64),
    fee_source: textOf<AccountId>(),
    fee_source_muxed_id: nullable(uint64),
    fee_charged_stroops: int64Of<Stroops>(),
    succeeded: boolean,
    result: textOf<ResultCode>(),
    inner_result: nullable(textOf<ResultCode>()),
    operation_count: int32,
    ...memoColumns,
  },
  ledger: 'ledger',
  factsOf: ({ transactions: facts }) => facts,
  toRow: (fact: TransactionFact, closedAt) => ({
    ledger: fact.ledger,
    transaction_index: fact.index,
    closed_at: closedAt,
    tx_hash: fact.hash,
    inner_hash: fact.innerHash,
    source: fact.source,
    source_muxed_id: fact.sourceMuxedId,
    fee_source: fact.feeSource,
    fee_source_muxed_id: fact.feeSourceMuxedId,
    fee_charged_stroops: fact.feeCharged,
    succeeded: fact.succeeded,
    result: fact.result,
    inner_result: fact.innerResult,
    operation_count: fact.operationCount,
    ...memoRow(fact.memo),
  }),
  toFact: (row) => ({
    ledger: row.ledger,
    index: row.transaction_index,
    hash: row.tx_hash,
    innerHash: row.inner_hash,
    source: row.source,
    sourceMuxedId: row.source_muxed_id,
    feeSource: row.fee_source,
    feeSourceMuxedId: row.fee_source_muxed_id,
    feeCharged: row.fee_charged_stroops,
    succeeded: row.succeeded,
    result: row.result,
    innerResult: row.inner_result,
    operationCount: row.operation_count,
    memo: memoFact(row),
  }),
});

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function memoRow(memo: Memo): RowOf<typeof memoColumns> {
  switch (memo.type) {
    case 'none':
      return { memo_type: 'none', memo: null, memo_bytes: null };
    case 'text': {
      const exact = Buffer.from(memo.bytes, 'base64');
      // DuckDB's driver drops a byte order mark when it reads a text.
      const isReadable = Buffer.from(memo.text).equals(exact) && !memo.text.startsWith('\uFEFF');
      return { memo_type: 'text', memo: memo.text, memo_bytes: isReadable ? null : exact };
    }
    case 'id':
      return { memo_type: 'id', memo: memo.id.toString(), memo_bytes: null };
    case 'hash':
    case 'return':
      return { memo_type: memo.type, memo: memo.hash, memo_bytes: null };
  }
}

function memoFact({ memo_type: type, memo, memo_bytes: exact }: RowOf<typeof memoColumns>): Memo {
  const value = memo ?? '';
  switch (type) {
    case 'none':
      return { type };
    case 'text': {
      const text = Buffer.from(exact ?? Buffer.from(value));
      return { type, text: utf8.decode(text), bytes: text.toString('base64') };
    }
    case 'id':
      return { type, id: BigInt(value) };
    case 'hash':
    case 'return':
      return { type, hash: value as Hash };
  }
}
