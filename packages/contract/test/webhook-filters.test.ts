import type { LogEvent, LogEventOf } from '@stellar-insights/contract';
import {
  eventKeys,
  filterKeys,
  webhookFilters,
  type WebhookFilters,
} from '@stellar-insights/contract/webhooks';
import { accountOfKey } from '@stellar-insights/ledger';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

const [ANA, BEN, ISSUER, OTHER] = [account(1), account(2), account(3), account(4)];
const ASSETS = ['native', `USDC:${ISSUER}`, `EURC:${ISSUER}`, `USDC:${OTHER}`] as const;
const CORRIDORS = ASSETS.flatMap((source) => ASSETS.map((dest) => `${source}/${dest}`));
const ACCOUNTS = [ANA, BEN, ISSUER];

type Payment = LogEventOf<'payment.created' | 'payment.failed'>;
type PaymentData = LogEventOf<'payment.failed'>['data'] & LogEventOf<'payment.created'>['data'];

/** What a filter looks at, of an event about a payment. */
const payments = fc
  .record({
    event: fc.constantFrom('payment.created' as const, 'payment.failed' as const),
    source: fc.constantFrom(...ACCOUNTS),
    destination: fc.constantFrom(...ACCOUNTS),
    source_asset: fc.constantFrom(...ASSETS),
    dest_asset: fc.constantFrom(...ASSETS),
    fixed_side: fc.constantFrom('source' as const, 'dest' as const),
    fixed_stroops: amounts(),
    limit_stroops: fc.option(amounts()),
    sent_stroops: amounts(),
    delivered_stroops: amounts(),
  })
  .map(({ event, ...data }) => ({ event, channels: [], data }) as unknown as Payment);

const subjects = fc.oneof(
  fc.constant({}),
  some(...CORRIDORS).map((corridors) => ({ corridors })),
  some(...ASSETS).map((assets) => ({ assets })),
  some(ISSUER, OTHER).map((anchors) => ({ anchors })),
  fc.record({
    assets: fc.constantFrom(...ASSETS).map((asset) => [asset]),
    minimum_amount: fc.constantFrom('0.0000001', '0.0000002', '1', '3.5'),
  }),
  fc.record({
    corridors: fc.constantFrom(...CORRIDORS).map((corridor) => [corridor]),
    minimum_amount: fc.constantFrom('0.0000001', '0.0000002', '1', '3.5'),
  }),
);

const filters = fc
  .tuple(some('payment.created' as const, 'payment.failed' as const), fc.option(some(...ACCOUNTS)), subjects)
  .map(([events, accounts, subject]) =>
    webhookFilters.parse({ events, ...(accounts && { accounts }), ...subject }),
  );

function account(byte: number): string {
  return accountOfKey(new Uint8Array(32).fill(byte));
}

function amounts() {
  return fc.constantFrom('0', '1', '2', '9999999', '10000000', '35000000', '9223372036854775807');
}

function some<Value>(...values: Value[]) {
  return fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
}

function haveCommonKey(filter: WebhookFilters, event: LogEvent): boolean {
  const keys = new Map(eventKeys(event).map(({ key, amount }) => [key, BigInt(amount)]));
  return filterKeys(filter).some(({ key, min_amount: least }) => (keys.get(key) ?? -1n) >= BigInt(least));
}

/** What the documentation says of filters, word by word. */
function fits(filter: WebhookFilters, { event, data }: Payment): boolean {
  const both = data as PaymentData;
  const assets = [data.source_asset, data.dest_asset];
  const isOneOf = (wanted: readonly string[] | undefined, found: readonly string[]) =>
    wanted === undefined || found.some((value) => wanted.includes(value));
  const isCreated = event === 'payment.created';
  const amount = {
    source: isCreated
      ? both.sent_stroops
      : both.fixed_side === 'source'
        ? both.fixed_stroops
        : (both.limit_stroops ?? both.fixed_stroops),
    dest: isCreated
      ? both.delivered_stroops
      : both.fixed_side === 'dest'
        ? both.fixed_stroops
        : (both.limit_stroops ?? both.fixed_stroops),
  };
  const counted =
    filter.assets === undefined
      ? [amount.dest]
      : [
          ...(data.source_asset === filter.assets[0] ? [amount.source] : []),
          ...(data.dest_asset === filter.assets[0] ? [amount.dest] : []),
        ];
  const least = filter.minimum_amount;
  return (
    filter.events.includes(event) &&
    isOneOf(filter.corridors, [assets.join('/')]) &&
    isOneOf(filter.assets, assets) &&
    isOneOf(
      filter.anchors,
      assets.map((asset) => asset.split(':')[1] ?? ''),
    ) &&
    isOneOf(filter.accounts, [data.source, data.destination]) &&
    (least === undefined || counted.some((stroops) => Number(stroops) >= Math.round(Number(least) * 1e7)))
  );
}

test('an event fits a filter exactly if they have a key in common', () => {
  let fitting = 0;
  fc.assert(
    fc.property(filters, payments, (filter, event) => {
      const expected = fits(filter, event);
      if (expected) fitting += 1;
      expect(haveCommonKey(filter, event)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
  expect(fitting).toBeGreaterThan(100);
});

test('an event has 18 keys at most, each once', () => {
  fc.assert(
    fc.property(payments, (event) => {
      const keys = eventKeys(event).map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.length).toBeLessThanOrEqual(18);
    }),
  );
});

test('only webhooks of its owner get the event that a webhook was disabled', () => {
  const event = { event: 'webhook.disabled', channels: [], data: {} } as unknown as LogEvent;
  const [key] = eventKeys(event, 'acme').map((own) => own.key);
  expect(filterKeys({ events: ['webhook.disabled'] }, 'acme')).toStrictEqual([{ key, min_amount: '0' }]);
  expect(filterKeys({ events: ['webhook.disabled'] }, 'acm')).not.toContainEqual({ key, min_amount: '0' });
});

test('an event about an anchor is found by its id and by each of its issuers', () => {
  const data = { anchor: 'a.example', issuers: [ISSUER, OTHER] };
  const event = { event: 'anchor.status_changed', channels: [], data } as unknown as LogEvent;
  const events = ['anchor.status_changed' as const];
  for (const anchors of [undefined, ['a.example'], [OTHER, ANA], [ISSUER]])
    expect(haveCommonKey(webhookFilters.parse({ events, anchors }), event)).toBe(true);
  for (const anchors of [['b.example'], [ANA]])
    expect(haveCommonKey(webhookFilters.parse({ events, anchors }), event)).toBe(false);
  const both = webhookFilters.parse({ events: [...events, 'payment.created'], anchors: [ISSUER] });
  expect(haveCommonKey(both, event)).toBe(true);
});

test('an event about a pool is found by the pool, its assets, their issuers and, of its liquidity, the corridors of both directions', () => {
  const [id, usdc] = ['ab'.repeat(32), ASSETS[1]];
  const pair = { asset_a: 'native', asset_b: usdc };
  const changed = { event: 'pool.changed', channels: [], data: { id, ...pair } } as unknown as LogEvent;
  const dropped = {
    event: 'corridor.liquidity_dropped',
    channels: [],
    data: { pool: id, ...pair },
  } as unknown as LogEvent;
  const found = (filter: object, event: LogEvent) =>
    haveCommonKey(webhookFilters.parse({ events: [event.event], ...filter }), event);
  for (const event of [changed, dropped]) {
    for (const filter of [{}, { assets: [usdc] }, { assets: ['native'] }, { anchors: [ISSUER] }])
      expect(found(filter, event)).toBe(true);
    for (const filter of [{ assets: [ASSETS[2]] }, { anchors: [OTHER] }])
      expect(found(filter, event)).toBe(false);
    expect(found({ pools: [id] }, event)).toBe(true);
    expect(found({ pools: ['cd'.repeat(32)] }, event)).toBe(false);
  }
  expect(found({ corridors: [`native/${usdc}`] }, dropped)).toBe(true);
  expect(found({ corridors: [`${usdc}/native`] }, dropped)).toBe(true);
  expect(found({ corridors: ['native/native'] }, dropped)).toBe(false);
});

describe('a filter that no event can fit is refused with the reason:', () => {
  const payment = { events: ['payment.created'] };
  it.each([
    [{ events: ['corridor.updated'], accounts: [ANA] }, 'no corridor.updated can be selected by accounts'],
    [
      { events: ['payment.created', 'ledger.closed'], assets: ['native'] },
      'no ledger.closed can be selected by assets',
    ],
    [{ events: ['webhook.disabled'], anchors: [ISSUER] }, 'no webhook.disabled can be selected by anchors'],
    [{ events: ['corridor.updated'], assets: ['native'], minimum_amount: '1' }, 'by minimum_amount'],
    [{ ...payment, assets: ['native'], corridors: ['native/native'] }, 'found corridors and assets'],
    [{ ...payment, assets: ['native'], anchors: [ISSUER] }, 'found assets and anchors'],
    [{ ...payment, anchors: ['a.example'] }, "no payment.created can be selected by an anchor's id"],
    [{ events: ['anchor.status_changed'], assets: ['native'] }, 'can be selected by assets'],
    [{ events: ['anchor.status_changed'], anchors: [`G${'A'.repeat(55)}`] }, 'checksum of the account'],
    [{ events: ['pool.changed'], corridors: ['native/native'] }, 'can be selected by corridors'],
    [
      { events: ['corridor.updated'], pools: ['ab'.repeat(32)] },
      'no corridor.updated can be selected by pools',
    ],
    [{ ...payment, pools: ['ab'.repeat(32)] }, 'no payment.created can be selected by pools'],
    [{ ...payment, minimum_amount: '1' }, 'its unit is not clear'],
    [{ ...payment, anchors: [ISSUER], minimum_amount: '1' }, 'its unit is not clear'],
    [{ ...payment, assets: ASSETS.slice(0, 2), minimum_amount: '1' }, 'its unit is not clear'],
    [{ ...payment, corridors: [CORRIDORS[0], CORRIDORS[1]], minimum_amount: '1' }, 'its unit is not clear'],
    [{ ...payment, assets: ['native'], minimum_amount: '922337203685.4775808' }, 'larger than any amount'],
    [{ ...payment, assets: ['native'], minimum_amount: '0.0' }, 'expected more than 0'],
    [{ ...payment, accounts: [ANA.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))] }, 'checksum'],
    [{ ...payment, assets: [`USDC:G${'A'.repeat(55)}`] }, 'checksum of the issuer'],
    [{ ...payment, corridors: [`native/USDC:G${'A'.repeat(55)}`] }, 'checksum of an issuer'],
    [{ ...payment, accounts: [ANA, ANA] }, 'found a value twice'],
  ])('%j', (input, message) => {
    const { error } = webhookFilters.safeParse(input);
    expect(error?.issues.map((issue) => issue.message).join()).toContain(message);
  });

  it.each([
    {},
    { events: [] },
    { events: ['payment'] },
    { events: ['webhook.test'] },
    { ...payment, corridors: [] },
    { ...payment, corridors: ['native'] },
    { ...payment, accounts: 'x' },
    { ...payment, account: ANA },
    { events: ['anchor.status_changed'], anchors: ['A.example'] },
    { events: ['anchor.status_changed'], anchors: ['localhost'] },
    { ...payment, assets: ['native'], minimum_amount: 5 },
    { ...payment, assets: ['native'], minimum_amount: '1e3' },
    { ...payment, assets: ['native'], minimum_amount: '-1' },
    { ...payment, assets: ['native'], minimum_amount: '0.00000001' },
    null,
    [],
    'all',
  ])('%j, which is no filter', (input) => {
    expect(webhookFilters.safeParse(input).success).toBe(false);
  });
});

test('a filter has 200 combinations at most', () => {
  const accounts = Array.from({ length: 20 }, (_, byte) => account(byte));
  const assets = accounts.slice(0, 11).map((issuer) => `X:${issuer}`);
  const filter = (count: number) => ({
    events: ['payment.created'],
    accounts,
    assets: assets.slice(0, count),
  });
  expect(webhookFilters.safeParse(filter(10)).success).toBe(true);
  expect(webhookFilters.safeParse(filter(11)).error?.issues[0]?.message).toContain('found 220 combinations');
});
