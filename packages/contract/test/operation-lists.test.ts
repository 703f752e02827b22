import {
  claimableBalancesQuery,
  clawbacksQuery,
  contractTransfersQuery,
  tradesQuery,
  trustlineOperationsQuery,
} from '@stellar-insights/contract';
import { describe, expect, it } from 'vitest';

const ACCOUNT = `G${'A'.repeat(55)}`;
const MUXED = `M${'A'.repeat(68)}`;
const HASH = 'aB'.repeat(32);

describe('the filters of a list', () => {
  it.each([
    [tradesQuery, { offer_id: '7', pool_id: HASH.toLowerCase() }],
    [trustlineOperationsQuery, { asset: 'native', pool_id: HASH.toLowerCase() }],
    [clawbacksQuery, { balance_id: HASH, asset: 'native' }],
    [clawbacksQuery, { balance_id: HASH, from_account: ACCOUNT }],
  ])('are refused if no row can fit both of them, and both are named', (schema, query) => {
    const { error } = schema.safeParse(query);
    const names = error?.issues.map(({ path }) => path.join('.'));
    expect(names?.toSorted()).toStrictEqual(Object.keys(query).toSorted());
    for (const [name, value] of Object.entries(query)) {
      expect(schema.safeParse({ [name]: value }).success, name).toBe(true);
    }
  });

  it('name a claimable balance by its hash, with or without what Horizon writes before it', () => {
    for (const balance_id of [HASH, `00000000${HASH}`, HASH.toLowerCase()]) {
      expect(claimableBalancesQuery.parse({ balance_id })).toMatchObject({ balance_id: HASH.toLowerCase() });
    }
    for (const balance_id of [`00000001${HASH}`, `0${HASH}`, HASH.slice(1)]) {
      expect(claimableBalancesQuery.safeParse({ balance_id }).success).toBe(false);
    }
  });

  it('take a muxed account only where muxed ids are recorded', () => {
    expect(tradesQuery.safeParse({ account: MUXED }).success).toBe(false);
    expect(claimableBalancesQuery.safeParse({ claimant: MUXED }).success).toBe(false);
    expect(claimableBalancesQuery.safeParse({ account: MUXED }).success).toBe(true);
  });

  it('take every kind of address for what contracts move', () => {
    const addresses = [ACCOUNT, MUXED, `C${'A'.repeat(55)}`, `L${'A'.repeat(55)}`, `B${'A'.repeat(57)}`];
    for (const account of addresses) {
      expect(contractTransfersQuery.safeParse({ account, to_account: account }).success).toBe(true);
    }
    for (const account of [`P${'A'.repeat(55)}`, `C${'A'.repeat(57)}`, `B${'A'.repeat(55)}`]) {
      expect(contractTransfersQuery.safeParse({ account }).success).toBe(false);
    }
  });
});
