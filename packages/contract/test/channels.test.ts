import {
  accountChannel,
  ALL,
  anchorChannel,
  ANCHORS,
  assetChannel,
  channel,
  corridorChannel,
  followedChannels,
  parseChannel,
  PAYMENTS,
  statePaths,
  type Channel,
} from '@stellar-insights/contract';
import { describe, expect, it, test } from 'vitest';

const ACCOUNT = `G${'A2'.repeat(27)}B`;
const USDC = `USDC:${ACCOUNT}`;

describe('the name of a channel', () => {
  it.each([
    'all',
    'payments',
    'corridors',
    'ledgers',
    'pools',
    'anchors',
    corridorChannel('native', USDC),
    corridorChannel(USDC, 'native'),
    corridorChannel(`\\x2f\\x00:${ACCOUNT}`, USDC),
    accountChannel(ACCOUNT),
    assetChannel('native'),
    assetChannel(USDC),
    `pool:${'0f'.repeat(32)}`,
    'anchor:circle.com',
    'anchor:circle.com_2',
  ])('%s is accepted', (name) => {
    expect(parseChannel(name)).toBe(name);
    expect(channel.parse(name)).toBe(name);
  });

  it.each([
    '',
    'ALL',
    ' all',
    'all\n',
    'all,payments',
    'payment',
    'corridor:',
    'corridor:native',
    `corridor:native/${USDC}/native`,
    `corridor:native/USDC`,
    'account:G',
    `account:M${ACCOUNT.slice(1)}`,
    `account:${ACCOUNT}A`,
    `account:${ACCOUNT.toLowerCase()}`,
    `asset:USDC-${ACCOUNT}`,
    `asset:${'A'.repeat(13)}:${ACCOUNT}`,
    `pool:${'0F'.repeat(32)}`,
    'anchor:a/b',
    'anchor:Circle.com',
    'anchor:circle',
    'constructor',
    '__proto__',
    'all'.repeat(1000),
  ])('%j is refused', (name) => {
    expect(parseChannel(name)).toBeNull();
    expect(channel.safeParse(name).success).toBe(false);
  });
});

describe('the channels that an event reaches a client by', () => {
  const [a, b, all] = ['ledgers', 'payments', 'all'] as Channel[] as [Channel, Channel, Channel];

  it('are those that the client follows, each once', () => {
    expect(followedChannels({ channels: [a, b] }, new Set([b]))).toStrictEqual([b]);
    expect(followedChannels({ channels: [a, b] }, new Set([b, all, a]))).toStrictEqual([all, a, b]);
    expect(followedChannels({ channels: [a] }, new Set([b]))).toStrictEqual([]);
  });
});

test('the state that a channel’s events change is at paths of the REST API', () => {
  const corridor = corridorChannel(USDC, 'native');
  expect(statePaths([PAYMENTS, ALL])).toStrictEqual([
    '/api/v1/payments',
    '/api/v1/corridors',
    '/api/v1/ledgers',
    '/api/v1/liquidity-pools',
    '/api/v1/anchors',
  ]);
  expect(statePaths([corridor])).toStrictEqual([`/api/v1/corridors/${encodeURIComponent(USDC)}/native`]);
  expect(statePaths([assetChannel(USDC), accountChannel(ACCOUNT)])).toStrictEqual([
    `/api/v1/payments?asset=${encodeURIComponent(USDC)}`,
    `/api/v1/liquidity-pools?asset=${encodeURIComponent(USDC)}`,
    `/api/v1/payments?account=${ACCOUNT}`,
  ]);
  expect(statePaths([ANCHORS, anchorChannel('a.example_2')])).toStrictEqual([
    '/api/v1/anchors',
    '/api/v1/anchors/a.example_2',
  ]);
  const pool = '0f'.repeat(32);
  expect(statePaths(['pools', `pool:${pool}`] as Channel[])).toStrictEqual([
    '/api/v1/liquidity-pools',
    `/api/v1/liquidity-pools/${pool}`,
  ]);
});
