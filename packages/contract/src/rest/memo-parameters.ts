import { z } from 'zod';
import { refuse, refuseBeside, type Refusals } from './conflicts.ts';

/* A memo can be asked for as people read it, or by its exact bytes. */

const TEXT_BYTES = 28;
const HASH_BYTES = 32;
const LENGTHS = `up to ${TEXT_BYTES} are those of a text, ${HASH_BYTES} those of a hash`;
const BASE64 = /^([A-Za-z0-9+/_-]{4})*([A-Za-z0-9+/_-]{2}==|[A-Za-z0-9+/_-]{3}=)?$/;

export const memoParameters = {
  memo: z.string().min(1).max(64).optional().meta({
    description:
      'The whole memo: its text, its id as a decimal, or its hash in hex. A text that is not UTF-8 is found by its bytes only.',
  }),
  memo_type: z
    .enum(['text', 'id', 'hash', 'return'])
    .optional()
    .meta({ description: 'Beside another parameter of the memo: only memos of this type.' }),
  memo_hex: z
    .string()
    .regex(/^([0-9a-fA-F]{2})*$/, 'expected pairs of hex digits')
    .refine((hex) => hasLengthOfMemo(hex.length / 2), `expected 1 to ${TEXT_BYTES} bytes, or ${HASH_BYTES}`)
    .toLowerCase()
    .optional()
    .meta({ description: `The exact bytes of the memo in hex: ${LENGTHS}.` }),
  memo_base64: z
    .string()
    .regex(BASE64, 'expected base64 with its padding')
    .refine((text) => hasLengthOfMemo(bytesIn(text)), `expected 1 to ${TEXT_BYTES} bytes, or ${HASH_BYTES}`)
    .optional()
    .meta({
      description: `The exact bytes of the memo in base64: ${LENGTHS}. \`-\` and \`_\` are accepted as \`+\` and \`/\`.`,
    }),
};

export type MemoQuery = z.infer<z.ZodObject<typeof memoParameters>>;

const isHash = (memo: string): boolean => /^[0-9a-fA-F]{64}$/.test(memo);
/** How `memo` writes a memo of each type. */
const SHAPES = {
  text: {
    name: `${TEXT_BYTES} bytes of UTF-8 at most`,
    fits: (memo: string) => new TextEncoder().encode(memo).length <= TEXT_BYTES,
  },
  id: {
    name: 'a whole number below 2^64',
    fits: (memo: string) => /^(0|[1-9][0-9]{0,19})$/.test(memo) && BigInt(memo) < 2n ** 64n,
  },
  hash: { name: `${2 * HASH_BYTES} hex digits`, fits: isHash },
  return: { name: `${2 * HASH_BYTES} hex digits`, fits: isHash },
} as const;

/** Refuses two memos, a type without a memo, and a type that this memo cannot have. For `superRefine`. */
export function checkMemo(query: MemoQuery, refusals: Refusals): void {
  const { memo, memo_type: type, memo_hex: hex, memo_base64: base64 } = query;
  refuseBeside(query, refusals, 'memo', ['memo_hex', 'memo_base64']);
  refuseBeside(query, refusals, 'memo_hex', ['memo_base64']);
  if (type === undefined) return;
  if (memo !== undefined) {
    const refusal = `expected ${SHAPES[type].name}, as a memo of the type ${type} is`;
    if (!SHAPES[type].fits(memo))
      refuse(refusals, { memo: refusal, memo_type: 'expected the type of `memo`' });
    return;
  }
  if (hex === undefined && base64 === undefined) {
    refuse(refusals, { memo_type: 'expected `memo`, `memo_hex` or `memo_base64` beside it' });
    return;
  }
  const length = hex === undefined ? bytesIn(base64 ?? '') : hex.length / 2;
  const fitting = length === HASH_BYTES ? ['hash', 'return'] : ['text'];
  if (fitting.includes(type)) return;
  const bytes = hex === undefined ? 'memo_base64' : 'memo_hex';
  refuse(refusals, {
    memo_type: `expected ${fitting.join(' or ')}, as so many bytes are`,
    [bytes]: `expected as many bytes as a memo of this type has`,
  });
}

function hasLengthOfMemo(bytes: number): boolean {
  return bytes === HASH_BYTES || (bytes >= 1 && bytes <= TEXT_BYTES);
}

function bytesIn(base64: string): number {
  return (base64.length / 4) * 3 - (base64.length - base64.replace(/=+$/, '').length);
}
