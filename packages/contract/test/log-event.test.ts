import { logEvent } from '@stellar-insights/contract';
import {
  corridorHealthDegraded,
  corridorLiquidityDropped,
  corridorUpdated,
  poolChanged,
} from '@stellar-insights/contract/events';
import { describe, expect, it } from 'vitest';

const closed = {
  event: 'ledger.closed',
  channels: ['ledgers'],
  data: {
    sequence: 4_294_967_295,
    hash: 'ab'.repeat(32),
    previous_hash: '00'.repeat(32),
    closed_at: '2026-01-01T00:00:00.000Z',
    protocol_version: 28,
    transactions: { succeeded: 1, failed: 2 },
    operations: 3,
    payments: { succeeded: 0, failed: 1 },
  },
};

describe('an event', () => {
  it('is recognised by its name', () => {
    expect(logEvent.parse(closed)).toStrictEqual(closed);
    expect(logEvent.safeParse({ ...closed, event: 'ledger.opened' }).success).toBe(false);
    expect(logEvent.safeParse({ ...closed, event: 'payment.created' }).success).toBe(false);
  });

  it.each([
    ['a number beyond uint32', { sequence: 4_294_967_296 }],
    ['a hash that is no hash', { hash: 'AB'.repeat(32) }],
    ['a time without milliseconds', { closed_at: '2026-01-01T00:00:00Z' }],
    ['a count below zero', { operations: -1 }],
  ])('does not have %s', (_, wrong) => {
    expect(logEvent.safeParse({ ...closed, data: { ...closed.data, ...wrong } }).success).toBe(false);
  });
});

describe('an event of a corridor', () => {
  const rate = { rate: 0.5, sample: 100, lower: 0.4, upper: 0.6 };
  const [issuer] = [`G${'A'.repeat(55)}`];
  const corridor = { source_asset: 'native', dest_asset: `EUR:${issuer}` };
  const window = {
    window: { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' },
    from_ledger: 1,
    to_ledger: 17_280,
  };
  const main_reason = { reason: 'PAYMENT_LINE_FULL', blame: 'receiver' as const };
  const updated = corridorUpdated.create({
    ...corridor,
    attempted: 100,
    succeeded: 50,
    failed: 50,
    success_rate: rate,
    delivered: '5.0000000',
    delivered_stroops: '50000000',
    self: { attempted: 0, succeeded: 0, delivered: '0.0000000', delivered_stroops: '0' },
    health: { status: 'degraded', since: window.window.to, main_reason },
    ...window,
  });
  const degraded = corridorHealthDegraded.create({
    ...corridor,
    incident: {
      id: '018f4a7e-5c1b-4b9e-9c56-2f6f6a1e0d11',
      started_at: window.window.to,
      ended_at: null,
      main_reason,
    },
    success_rate: rate,
    threshold: 0.8,
    ...window,
  });

  it('is in the channel of its corridor, and in that of all corridors', () => {
    for (const event of [updated, degraded]) {
      expect(logEvent.parse(event)).toStrictEqual(event);
      expect(event.channels).toStrictEqual(['corridors', `corridor:native/EUR:${issuer}`]);
    }
  });

  it('is in channels that clients can name', () => {
    const unknown = { ...updated, channels: ['corridor:native'] };
    expect(logEvent.safeParse(unknown).success).toBe(false);
  });
});

describe('an event of a pool', () => {
  const [id, usd, eur] = ['ab'.repeat(32), `USD:G${'A'.repeat(55)}`, `EUR:G${'A'.repeat(55)}`];
  const reading = { read_at: '2026-01-02T00:00:00.000Z', from_ledger: 1, to_ledger: 2 };
  const window = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' };
  const xlm = (name: string, units: string | null) => ({
    [name]: units,
    [`${name}_stroops`]: units && units.replace('.', '').replace(/^0+(?=.)/, ''),
  });
  const activity = {
    trades: 1,
    ...xlm('volume_a', '1.0000000'),
    ...xlm('volume_b', '0.0000000'),
    ...xlm('volume_xlm', null),
    ...xlm('fees_a', '0.0030000'),
    ...xlm('fees_b', '0.0000000'),
    ...xlm('fees_xlm', null),
  };
  const gone = poolChanged.create({
    id,
    asset_a: usd,
    asset_b: eur,
    fee_bp: 30,
    ...xlm('reserve_a', null),
    ...xlm('reserve_b', null),
    ...xlm('shares', null),
    ...xlm('tvl_xlm', null),
    trustlines: null,
    price: null,
    modified_ledger: null,
    last_24h: activity,
    last_7d: activity,
    apr: null,
    impermanent_loss: null,
    windows: { '24h': window, '7d': window },
    ...reading,
  } as unknown as Parameters<typeof poolChanged.create>[0]);
  const dropped = corridorLiquidityDropped.create({
    asset_a: usd,
    asset_b: eur,
    pool: id,
    tvl_xlm: '6.0000000',
    tvl_xlm_stroops: '60000000',
    highest_tvl_xlm: '10.0000000',
    highest_tvl_xlm_stroops: '100000000',
    threshold: 0.3,
    ...reading,
  });

  it('is in the channels of its pool and its assets, and of the corridors between them', () => {
    for (const event of [gone, dropped]) expect(logEvent.parse(event)).toStrictEqual(event);
    const own = [`pool:${id}`, `asset:${usd}`, `asset:${eur}`];
    expect(gone.channels).toStrictEqual(['pools', ...own]);
    expect(dropped.channels).toStrictEqual([
      'corridors',
      `corridor:${usd}/${eur}`,
      `corridor:${eur}/${usd}`,
      ...own,
    ]);
  });
});
