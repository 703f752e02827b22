import type { MemoWire } from '@stellar/stellar-sdk/xdr';
import type { Memo } from '../facts.ts';
import { hex } from './hex.ts';

export function memoFact(memo: MemoWire): Memo {
  switch (memo.type) {
    case 0:
      return { type: 'none' };
    case 1:
      return {
        type: 'text',
        text: memo.text.toString(),
        bytes: Buffer.from(memo.text.bytes).toString('base64'),
      };
    case 2:
      return { type: 'id', id: memo.id };
    case 3:
      return { type: 'hash', hash: hex(memo.hash) };
    case 4:
      return { type: 'return', hash: hex(memo.retHash) };
  }
}
