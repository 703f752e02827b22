import type { Values } from './walk.ts';

export const ISSUER = `G${'A'.repeat(55)}`;
/** Its key and its id are the largest. */
const LARGEST_MUXED = `MD${'7'.repeat(64)}C6I`;

/** Values of the right form that nothing stored has, and those at the ends of what a parameter accepts. */
export const FITTING: Readonly<Record<string, readonly string[]>> = {
  source: [`\\x00\\x00:${ISSUER}`, `X:${ISSUER}`, `:${ISSUER}`, `ABCDEFGHIJKL:${ISSUER}`],
  sequence: ['1', '2147483647', '2147483648', '4294967295'],
  op_id: ['1', '4294967295', '9223372036854775807', `${(70_001n << 32n) + 2n ** 31n}`, '9223372032559808513'],
  account: [ISSUER, `G${'7'.repeat(55)}`, `M${'A'.repeat(68)}`, LARGEST_MUXED],
  tx_hash: ['0'.repeat(64), 'F'.repeat(64)],
  memo_hex: ['00', 'efbfbd', 'ff'.repeat(28), 'F0'.repeat(32)],
  memo_base64: ['AA==', '____', '////', Buffer.alloc(32).toString('base64')],
  offer_id: ['1', '9223372036854775807'],
  balance_id: ['0'.repeat(72), 'F'.repeat(64)],
  contract: [`C${'A'.repeat(55)}`, `C${'7'.repeat(55)}`],
  claimant: [ISSUER],
  min_amount: ['0', '0.0000001', '922337203685.4775807'],
  order: ['asc', 'desc'],
  memo: ['\u{1F642}'.repeat(32), '\uFFFD', '%', '_', '\\', "'", '\u202E', 'a'.repeat(64)],
  result: ['succeeded', 'opX', 'op(-99)', 'tx(-2147483648)', 'op_255_(9999999999)', `tx${'A'.repeat(78)}`],
  window: ['5m', '90d', '129600m'],
  operation: ['payment', 'restore_footprint'],
  min_attempts: ['1', '999999999'],
  key_id: [`key_${'0'.repeat(26)}`, `key_${'z'.repeat(26)}`],
  owner: ['-', 'a'.repeat(64)],
  id: [`wh_${'0'.repeat(32)}`, `wh_${'f'.repeat(32)}`],
  backfill_id: [`bf_${'0'.repeat(32)}`, `bf_${'f'.repeat(32)}`],
  replay_id: [`rp_${'0'.repeat(32)}`, `rp_${'f'.repeat(32)}`],
  pool_id: ['0'.repeat(64), 'f'.repeat(64)],
  anchor_id: ['a.b', `${'a'.repeat(52)}.example_99`],
  asset: [`X-${ISSUER}`],
  from: ['1970-01-01', '9999-12-31', '2026-02-28T23:59:59.999999999Z'],
  to: ['1970-01-01', '9999-12-31'],
  code: ['X', 'ABCDEFGHIJKL'],
  limit: ['1', '200'],
  after: ['0-0', `${'z'.repeat(32)}-1`, '0-9999999999999999999'],
  channel: [`account:${ISSUER}`, `asset:X:${ISSUER}`, 'all', `corridor:native/X:${ISSUER}`],
};
export const SAME_AS: Readonly<Record<string, string>> = {
  dest: 'source',
  source_asset: 'source',
  dest_asset: 'source',
  asset: 'source',
  sold_asset: 'source',
  bought_asset: 'source',
  from_account: 'account',
  to_account: 'account',
  after_id: 'op_id',
  before_id: 'op_id',
  from_ledger: 'sequence',
  to_ledger: 'sequence',
  ledger: 'sequence',
};

export const LATER = '9223372036854775806';
/** Pairs of parameters that exclude each other, or say a range that nothing can be in. */
export const CONFLICTS: readonly Values[] = [
  { from: '2026-11-21', to: '2026-11-21' },
  { from: '2026-11-22', to: '2026-11-21T23:59:59.999Z' },
  { from_ledger: '8', to_ledger: '7' },
  { after_id: '7', before_id: '8' },
  { after_id: LATER, before_id: '1' },
  { ledger: '7', from_ledger: '7' },
  { ledger: '7', to_ledger: '7' },
  { ledger: '7', from: '1970-01-01' },
  { ledger: '7', to: '9999-12-31' },
  { offer_id: '7', pool_id: '0'.repeat(64) },
  { balance_id: '0'.repeat(64), from_account: ISSUER },
  { memo: '7', memo_hex: '37' },
  { memo: '7', memo_base64: 'Nw==' },
  { memo_hex: '37', memo_base64: 'Nw==' },
  { memo: 'x', memo_type: 'id' },
  { memo_hex: '37', memo_type: 'id' },
  { memo_base64: 'Nw==', memo_type: 'hash' },
];
