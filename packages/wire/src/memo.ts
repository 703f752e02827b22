import type { PaymentMemo } from '@stellar-insights/contract';
import type { Memo } from '@stellar-insights/ledger';

export function renderMemo(memo: Memo): PaymentMemo {
  switch (memo.type) {
    case 'none':
      return { type: 'none' };
    case 'text':
      // Neither Postgres nor every client can hold NUL in text. `bytes` is exact.
      return { type: 'text', text: memo.text.replaceAll('\0', '\uFFFD'), bytes: memo.bytes };
    case 'id':
      return { type: 'id', id: memo.id.toString() };
    case 'hash':
    case 'return':
      return { type: memo.type, hash: memo.hash };
  }
}
