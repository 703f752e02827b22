import {
  accountParameter,
  checkHistory,
  checkMemo,
  historyParameters,
  memoParameters,
  minimumAmountParameter,
} from '@stellar-insights/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const history = z.strictObject(historyParameters).superRefine(checkHistory);
const memo = z.strictObject(memoParameters).superRefine(checkMemo);

function parametersRefused(schema: z.ZodType, query: Readonly<Record<string, string>>): string[] {
  const { error } = schema.safeParse(query);
  return [...new Set(error?.issues.map(({ path }) => path.join('.')))].toSorted();
}

describe('the range of a list of operations', () => {
  it('is everything, newest first, if nothing is asked', () => {
    expect(history.parse({})).toStrictEqual({ order: 'desc', limit: 50 });
  });

  it.each([
    { from: '2026-11-21', to: '2026-11-21T00:00:00.001Z' },
    { from: '1970-01-01', to: '9999-12-31' },
    { from_ledger: '7', to_ledger: '7' },
    { from_ledger: '1', to_ledger: '4294967295', from: '2026-11-21' },
    { after_id: '5', before_id: '7' },
    { after_id: '9223372036854775807' },
    { ledger: '7', after_id: '5', order: 'asc', cursor: 'x' },
  ])('may be %j', (query) => {
    expect(parametersRefused(history, query)).toStrictEqual([]);
  });

  it.each([
    [{ from: '2026-11-21', to: '2026-11-21' }, ['from', 'to']],
    [{ from: '2026-11-22', to: '2026-11-21' }, ['from', 'to']],
    [{ from_ledger: '8', to_ledger: '7' }, ['from_ledger', 'to_ledger']],
    [{ after_id: '7', before_id: '7' }, ['after_id', 'before_id']],
    [{ after_id: '7', before_id: '8' }, ['after_id', 'before_id']],
    [{ after_id: '0' }, ['after_id']],
    [{ before_id: '9223372036854775808' }, ['before_id']],
    [{ ledger: '7', from_ledger: '7' }, ['from_ledger', 'ledger']],
    [{ ledger: '7', to: '2026-11-21', to_ledger: '9' }, ['ledger', 'to', 'to_ledger']],
    [{ order: 'ASC' }, ['order']],
  ])('is refused if nothing can be in it, or it is said twice: %j', (query, names) => {
    expect(parametersRefused(history, query)).toStrictEqual(names);
  });
});

describe('the memo of a request', () => {
  const HASH = 'aB'.repeat(32);

  it.each([
    { memo: '7', memo_type: 'id' },
    { memo: '18446744073709551615', memo_type: 'id' },
    { memo: '0', memo_type: 'id' },
    { memo: '7', memo_type: 'text' },
    { memo: '\u2713'.repeat(9), memo_type: 'text' },
    { memo: HASH, memo_type: 'hash' },
    { memo: HASH, memo_type: 'return' },
    { memo: '\uFFFD' },
    { memo_hex: 'ff' },
    { memo_hex: HASH, memo_type: 'return' },
    { memo_base64: 'AA==', memo_type: 'text' },
    { memo_base64: Buffer.from(HASH, 'hex').toString('base64'), memo_type: 'hash' },
    { memo_base64: '-_8=' },
  ])('may be %j', (query) => {
    expect(parametersRefused(memo, query)).toStrictEqual([]);
  });

  it.each([
    [{ memo: '7', memo_hex: '37' }, ['memo', 'memo_hex']],
    [{ memo_hex: '37', memo_base64: 'Nw==' }, ['memo_base64', 'memo_hex']],
    [{ memo_type: 'id' }, ['memo_type']],
    [{ memo: 'x', memo_type: 'id' }, ['memo', 'memo_type']],
    [{ memo: '007', memo_type: 'id' }, ['memo', 'memo_type']],
    [{ memo: '18446744073709551616', memo_type: 'id' }, ['memo', 'memo_type']],
    [{ memo: '\u2713'.repeat(10), memo_type: 'text' }, ['memo', 'memo_type']],
    [{ memo: HASH.slice(2), memo_type: 'hash' }, ['memo', 'memo_type']],
    [{ memo: 'x', memo_type: 'return' }, ['memo', 'memo_type']],
    [{ memo_hex: '37', memo_type: 'hash' }, ['memo_hex', 'memo_type']],
    [{ memo_base64: Buffer.alloc(32).toString('base64'), memo_type: 'id' }, ['memo_base64', 'memo_type']],
    [{ memo: '' }, ['memo']],
    [{ memo_hex: '' }, ['memo_hex']],
    [{ memo_hex: '373' }, ['memo_hex']],
    [{ memo_hex: '00'.repeat(29) }, ['memo_hex']],
    [{ memo_hex: '00'.repeat(33) }, ['memo_hex']],
    [{ memo_base64: 'AA' }, ['memo_base64']],
    [{ memo_base64: '' }, ['memo_base64']],
    [{ memo_base64: Buffer.alloc(31).toString('base64') }, ['memo_base64']],
  ])('is refused if no memo is so, or it is said twice: %j', (query, names) => {
    expect(parametersRefused(memo, query)).toStrictEqual(names);
  });
});

it('an account of a request is one, or a muxed account of it', () => {
  const account = accountParameter('The source.');
  for (const name of [`G${'A'.repeat(55)}`, `M${'A'.repeat(68)}`]) expect(account.parse(name)).toBe(name);
  for (const name of [`M${'A'.repeat(55)}`, `G${'A'.repeat(68)}`, `C${'A'.repeat(55)}`]) {
    expect(account.safeParse(name).success).toBe(false);
  }
});

it('the least amount of a request is an amount that the network can have', () => {
  for (const amount of ['0', '0.0000001', '12.5', '922337203685.4775807']) {
    expect(minimumAmountParameter.parse(amount)).toBe(amount);
  }
  for (const amount of ['', '-1', '01', '1.', '.5', '1e3', '0.00000001', '922337203685.4775808', '1,5']) {
    expect(minimumAmountParameter.safeParse(amount).success).toBe(false);
  }
});
