import {
  anchorParameters,
  assetParameters,
  channel,
  poolParameters,
  poolQuery,
  poolSnapshotsQuery,
  poolsQuery,
  trustlineHistoryQuery,
} from '@stellar-insights/contract';
import { webhookFilters } from '@stellar-insights/contract/webhooks';
import { describe, expect, it } from 'vitest';

const USDC = `USDC:G${'A2'.repeat(27)}B`;
const POOL = '0f'.repeat(32);

describe('the name of an asset in a request', () => {
  it('may have a hyphen in place of the colon, and means the same', () => {
    const names = [USDC, USDC.replace(':', '-'), 'native'];
    expect(names.map((asset) => assetParameters.parse({ asset }).asset)).toStrictEqual([
      USDC,
      USDC,
      'native',
    ]);
  });

  it.each([`USDC:-${USDC.slice(5)}`, USDC.replace(':', '_'), 'native-', '-native', `${USDC}-`])(
    '%s is refused',
    (asset) => {
      expect(assetParameters.safeParse({ asset }).success).toBe(false);
    },
  );
});

describe('the id of a pool in a request', () => {
  it('is in lower case, as in channels and webhooks, and the answer to another one says so', () => {
    expect(poolParameters.parse({ pool_id: POOL })).toStrictEqual({ pool_id: POOL });
    const capitals = POOL.toUpperCase();
    const refused = [
      poolParameters.safeParse({ pool_id: capitals }),
      channel.safeParse(`pool:${capitals}`),
      webhookFilters.safeParse({ events: ['pool.changed'], pools: [capitals] }),
    ];
    for (const { error } of refused) expect(error?.issues[0]?.message).toContain('64 lower-case hex digits');
  });
});

describe('the id of an anchor in a request', () => {
  it('is in lower case, as in channels and webhooks, and the answer to another one says so', () => {
    expect(anchorParameters.parse({ anchor_id: 'a.example_2' })).toStrictEqual({ anchor_id: 'a.example_2' });
    const refused = [
      anchorParameters.safeParse({ anchor_id: 'A.example' }),
      channel.safeParse('anchor:A.example'),
      webhookFilters.safeParse({ events: ['anchor.status_changed'], anchors: ['A.example'] }),
    ];
    for (const { error } of refused) expect(error?.issues[0]?.message).toContain('in lower case');
  });
});

describe('a period', () => {
  it('has ends that are dates or times of UTC, in one spelling', () => {
    expect(poolQuery.parse({ from: '2026-11-21', to: '2026-11-21T00:00:00.5Z' })).toStrictEqual({
      from: '2026-11-21T00:00:00.000Z',
      to: '2026-11-21T00:00:00.500Z',
    });
    expect(poolQuery.parse({})).toStrictEqual({});
  });

  it.each([
    '2026-02-30',
    '2026-11-21T00:00:00',
    '2026-11-21T00:00:00+02:00',
    '20261121',
    '0000-01-01',
    '1969-12-31',
    'yesterday',
    '0',
    '',
  ])('%j is no end of one', (from) => {
    expect(poolQuery.safeParse({ from }).success).toBe(false);
  });

  it('begins before it ends', () => {
    const refused = poolQuery.safeParse({ from: '2026-11-22', to: '2026-11-22' });
    expect(refused.error?.issues).toMatchObject([{ path: ['from'], message: 'expected a time before `to`' }]);
  });

  it('of a list may end where it begins, and not before', () => {
    for (const query of [poolSnapshotsQuery, trustlineHistoryQuery]) {
      expect(query.safeParse({ from: '2026-11-22', to: '2026-11-22' }).success).toBe(true);
      const { error } = query.safeParse({ from: '2026-11-22', to: '2026-11-21' });
      expect(error?.issues).toMatchObject([{ path: ['from'], message: 'expected no time after `to`' }]);
    }
  });
});

describe('a list of pools', () => {
  it('of another asset needs an asset beside it', () => {
    expect(poolsQuery.safeParse({ other_asset: USDC }).error?.issues).toMatchObject([
      { path: ['other_asset'] },
    ]);
    expect(poolsQuery.parse({ asset: 'native', other_asset: USDC })).toMatchObject({
      other_asset: USDC,
      sort: '-tvl',
      limit: 50,
    });
  });
});
