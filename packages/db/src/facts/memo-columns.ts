import type { Hash, Memo } from '@stellar-insights/ledger';
import { storableText } from '../sql.ts';
import type { transactions } from '../tables/transactions.ts';

type MemoColumns = Pick<typeof transactions.$inferSelect, 'memoType' | 'memo' | 'memoBytes'>;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export function memoColumns(memo: Memo): MemoColumns {
  switch (memo.type) {
    case 'none':
      return { memoType: 'none', memo: null, memoBytes: null };
    case 'text':
      return { memoType: 'text', ...textMemoColumns(Buffer.from(memo.bytes, 'base64')) };
    case 'id':
      return { memoType: 'id', memo: memo.id.toString(), memoBytes: null };
    case 'hash':
    case 'return':
      return { memoType: memo.type, memo: memo.hash, memoBytes: null };
  }
}

/** Of a text with these bytes. */
export function textMemoColumns(bytes: Buffer): { readonly memo: string; readonly memoBytes: Buffer | null } {
  const memo = storableText(utf8.decode(bytes));
  return { memo, memoBytes: Buffer.from(memo).equals(bytes) ? null : bytes };
}

export function memoOf({ memoType, memo, memoBytes }: MemoColumns): Memo {
  const value = memo ?? '';
  switch (memoType) {
    case 'none':
      return { type: 'none' };
    case 'text': {
      const bytes = Buffer.from(memoBytes ?? Buffer.from(value));
      return { type: 'text', text: utf8.decode(bytes), bytes: bytes.toString('base64') };
    }
    case 'id':
      return { type: 'id', id: BigInt(value) };
    case 'hash':
    case 'return':
      return { type: memoType, hash: value as Hash };
  }
}
