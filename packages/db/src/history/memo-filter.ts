import type { Memo } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';
import { textMemoColumns } from '../facts/memo-columns.ts';
import { MEMO_TYPE_LETTERS } from '../tables/letters.ts';

type MemoType = Exclude<Memo['type'], 'none'>;

/** A memo that transactions are looked for by: as people read it, or its exact bytes. */
export type MemoFilter = { readonly type?: MemoType | undefined } & (
  | {
      /** The whole text, the id in decimal, or the hash in hex. */
      readonly value: string;
    }
  | {
      /** 32 are a hash, fewer a text. */
      readonly bytes: Uint8Array;
    }
);

/** A memo as a condition on rows of `transactions`. */
export interface MemoCriterion {
  /** What the column `memo` has, which the index leads to. */
  readonly memo: string;
  /** What must hold besides: other texts may have the same `memo`, where it has U+FFFD for bytes that it cannot hold. */
  readonly isExact: Fragment;
}

const HASH_BYTES = 32;
const HASH = /^[0-9a-fA-F]{64}$/;

export function memoCriterion(executor: Executor, filter: MemoFilter): MemoCriterion {
  const { sql } = executor;
  const { type } = filter;
  const isOfType = type === undefined ? sql`true` : isOneOf(executor, type);
  if ('value' in filter) {
    const { value } = filter;
    const memo = HASH.test(value) ? value.toLowerCase() : value;
    return { memo, isExact: sql`memo_bytes is null and ${isOfType}` };
  }
  const bytes = Buffer.from(filter.bytes);
  if (bytes.length === HASH_BYTES) {
    const isHash = isOneOf(executor, 'hash', 'return');
    return { memo: bytes.toString('hex'), isExact: sql`${isHash} and ${isOfType}` };
  }
  const { memo, memoBytes } = textMemoColumns(bytes);
  const hasBytes = memoBytes === null ? sql`memo_bytes is null` : sql`memo_bytes = ${memoBytes}`;
  return { memo, isExact: sql`${isOneOf(executor, 'text')} and ${hasBytes} and ${isOfType}` };
}

function isOneOf({ sql }: Executor, ...types: readonly MemoType[]): Fragment {
  return sql.unsafe(`memo_type in (${types.map((type) => `'${MEMO_TYPE_LETTERS[type]}'`).join(', ')})`);
}
