import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCredit } from '../../src/state/asset.ts';
import type { Simnet } from '@stellar-insights/simnet';
import { PASSPHRASE, quietSimnet } from './quiet-simnet.ts';
import { Horizon, NetworkError, NotFoundError } from '@stellar/stellar-sdk';

let simnet: Simnet;
beforeAll(async () => {
  simnet = await quietSimnet();
});
afterAll(async () => {
  await simnet[Symbol.asyncDispose]();
});

const sdk = () => new Horizon.Server(simnet.urls.horizon, { allowHttp: true });
const units = (stroops: bigint) => (Number(stroops) / 1e7).toFixed(7);
const stroopsOf = (amount: string) => BigInt(amount.replace('.', ''));

interface Page<T> {
  readonly records: readonly T[];
  next(): Promise<Page<T>>;
}

/** Every record of a collection, by following `next` until there is none. */
async function all<T>(first: Promise<Page<T>>): Promise<T[]> {
  const records: T[] = [];
  for (let page = await first; page.records.length > 0; page = await page.next())
    records.push(...page.records);
  return records;
}

describe("the official SDK's Horizon client", () => {
  it('reads the root', async () => {
    expect(await sdk().root()).toMatchObject({
      network_passphrase: PASSPHRASE,
      history_elder_ledger: 100,
      history_latest_ledger: 129,
      history_latest_ledger_closed_at: '2025-06-15T15:09:05Z',
      current_protocol_version: 28,
    });
  });

  it('pages through the ledgers in both directions', async () => {
    const up = await all(sdk().ledgers().limit(7).call());
    const down = await all(sdk().ledgers().limit(11).order('desc').call());
    expect(up.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 30 }, (_, index) => 100 + index));
    expect(down.map(({ sequence }) => sequence)).toEqual(up.map(({ sequence }) => sequence).toReversed());
  });

  it('goes back by prev', async () => {
    const first = await sdk().ledgers().limit(5).call();
    const second = await first.next();
    const back = await second.prev();
    expect(back.records.map(({ sequence }) => sequence)).toEqual([104, 103, 102, 101, 100]);
  });

  it('reads a ledger as it truly was', async () => {
    const { truth } = simnet.closeLedger();
    const { header, transactions } = truth;
    const ledger = await sdk().ledgers().ledger(header.sequence).call();
    const succeeded = transactions.filter((one) => one.succeeded);
    expect(ledger).toMatchObject({
      hash: header.hash,
      prev_hash: header.previousHash,
      closed_at: new Date(header.closedAt).toISOString().replace('.000', ''),
      successful_transaction_count: succeeded.length,
      failed_transaction_count: transactions.length - succeeded.length,
      fee_pool: units(header.feePool),
      base_fee_in_stroops: 100,
    });
  });

  it('lists every pool with its reserves', async () => {
    const pools = [...simnet.network.store.entries()].filter((entry) => entry.kind === 'pool');
    const records = await all(sdk().liquidityPools().limit(2).call());
    expect(records.map(({ id }) => id)).toEqual(pools.map(({ id }) => id as string).sort());
    for (const { id, assetA, assetB, reserveA, reserveB, shares, trustlines } of pools) {
      const pool = await sdk().liquidityPools().liquidityPoolId(id).call();
      expect(pool).toMatchObject({
        fee_bp: 30,
        type: 'constant_product',
        total_trustlines: String(trustlines),
        total_shares: units(shares),
        reserves: [
          { asset: assetA.id, amount: units(reserveA) },
          { asset: assetB.id, amount: units(reserveB) },
        ],
      });
    }
  });

  it('filters pools by reserves and by account', async () => {
    const { currencies, makers, strangers } = simnet.network.cast;
    const [usd, eur] = currencies;
    const url = `${simnet.urls.horizon}/liquidity_pools`;
    const count = async (query: string) => {
      const page = (await (await fetch(`${url}?${query}`)).json()) as Record<string, { records: unknown[] }>;
      return page['_embedded']?.records.length;
    };
    expect(await count(`reserves=${usd?.id}`)).toBe(2);
    expect(await count(`reserves=${usd?.id},${eur?.id}`)).toBe(1);
    expect(await count(`account=${makers[0]?.id}`)).toBe(5);
    expect(await count(`account=${strangers[0]?.id}`)).toBe(0);
  });

  it('lists every asset with its totals', async () => {
    const records = await all(sdk().assets().limit(2).call());
    const spelled = records.map(({ asset_code, asset_issuer }) => `${asset_code}:${asset_issuer}`);
    const entries = [...simnet.network.store.entries()];
    const supply = new Map<string, bigint>();
    const add = (id: string, amount: bigint) => supply.set(id, (supply.get(id) ?? 0n) + amount);
    for (const entry of entries) {
      if (entry.kind === 'trustline') add(entry.asset.id, entry.balance);
      if (entry.kind === 'claimable_balance' && isCredit(entry.asset)) add(entry.asset.id, entry.amount);
      if (entry.kind === 'contract_balance' && isCredit(entry.asset)) add(entry.asset.id, entry.balance);
      if (entry.kind === 'pool' && isCredit(entry.assetA)) add(entry.assetA.id, entry.reserveA);
      if (entry.kind === 'pool' && isCredit(entry.assetB)) add(entry.assetB.id, entry.reserveB);
    }
    expect(spelled).toEqual([...supply.keys()].sort());
    for (const { asset_code, asset_issuer, ...record } of records) {
      const parts = [
        ...Object.values(record.balances),
        record.claimable_balances_amount,
        record.liquidity_pools_amount,
        record.contracts_amount,
      ];
      const total = parts.reduce((sum, part) => sum + stroopsOf(part), 0n);
      expect(total).toBe(supply.get(`${asset_code}:${asset_issuer}`));
      const lines = Object.values(record.accounts).reduce((sum, count) => sum + count, 0);
      expect(lines).toBe(
        entries.filter((one) => one.kind === 'trustline' && one.asset.issuer.id === asset_issuer).length,
      );
    }
  });

  it('finds an asset that needs approval by code and issuer', async () => {
    const { restricted } = simnet.network.cast;
    const { records } = await sdk().assets().forCode('KYCUSD').forIssuer(restricted.issuer.id).call();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ asset_type: 'credit_alphanum12', flags: { auth_required: true } });
    expect(records[0]?.accounts.unauthorized).toBeGreaterThanOrEqual(3);
  });

  it('loads an account with its balances and home domain', async () => {
    const { store, cast } = simnet.network;
    const issuer = cast.dollar.issuer.id;
    const loaded = await sdk().loadAccount(issuer);
    expect(loaded.home_domain).toBe(store.account(issuer)?.homeDomain);
    expect(loaded.sequenceNumber()).toBe(String(store.account(issuer)?.sequence));

    const maker = cast.makers[0]?.id ?? '';
    const { balances } = await sdk().loadAccount(maker);
    expect(balances.map(({ asset_type }) => asset_type).sort()).toEqual([
      'credit_alphanum12',
      'credit_alphanum12',
      'credit_alphanum12',
      'credit_alphanum4',
      'credit_alphanum4',
      'credit_alphanum4',
      'liquidity_pool_shares',
      'liquidity_pool_shares',
      'liquidity_pool_shares',
      'liquidity_pool_shares',
      'liquidity_pool_shares',
      'native',
    ]);
    expect(balances.at(-1)).toMatchObject({ asset_type: 'native' });
  });
});

describe('Horizon', () => {
  const get = async (path: string) => {
    const response = await fetch(`${simnet.urls.horizon}${path}`);
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, body: (await response.json()) as Record<string, unknown> };
  };

  it.each([
    ['/nothing', 404, 'not_found'],
    ['/toString', 404, 'not_found'],
    ['/accounts', 404, 'not_found'],
    ['/ledgers/5000', 404, 'not_found'],
    ['/ledgers/99', 410, 'before_history'],
    ['/ledgers?order=desc&cursor=5', 410, 'before_history'],
    ['/ledgers/x', 400, 'bad_request'],
    ['/ledgers?cursor=x', 400, 'bad_request'],
    ['/ledgers?limit=0', 400, 'bad_request'],
    ['/ledgers?limit=201', 400, 'bad_request'],
    ['/ledgers?order=up', 400, 'bad_request'],
    ['/assets?cursor=USDC', 400, 'bad_request'],
    ['/liquidity_pools?cursor=1', 400, 'bad_request'],
    ['/liquidity_pools/1', 400, 'bad_request'],
    [`/liquidity_pools/${'0'.repeat(64)}`, 404, 'not_found'],
    ['/accounts/GABC', 400, 'bad_request'],
    ['/accounts/%', 400, 'bad_request'],
  ])('answers %s with a problem document of status %i', async (path, status, type) => {
    const answer = await get(path);
    expect(answer).toMatchObject({
      status,
      type: 'application/problem+json; charset=utf-8',
      body: { type: `https://stellar.org/horizon-errors/${type}`, status },
    });
    expect(answer.body['title']).toBeTypeOf('string');
  });

  it('answers for an account that is not there as the SDK expects', async () => {
    const { validator } = simnet.network.cast;
    await expect(sdk().loadAccount(validator.id)).rejects.toThrow(NotFoundError);
  });

  it('names links by the address that it was called at', async () => {
    const { port } = new URL(simnet.urls.horizon);
    const response = await fetch(`http://localhost:${port}/horizon/ledgers?limit=1`);
    const { _links } = (await response.json()) as { _links: { next: { href: string } } };
    expect(_links.next.href).toMatch(`http://localhost:${port}/horizon/ledgers?`);
  });
});

describe('a fault of Horizon', () => {
  it.each([
    [{ kind: 'unavailable' }, 503],
    [{ kind: 'stale', latestLedger: 110 }, 503],
    [{ kind: 'rate_limited', retryAfterSeconds: 7 }, 429],
  ] as const)('of kind %j reaches the SDK with its status', async (fault, status) => {
    await using faulty = await quietSimnet({ history: 1 });
    const client = new Horizon.Server(faulty.urls.horizon, { allowHttp: true });
    faulty.faults.horizon = fault;
    const response = await fetch(`${faulty.urls.horizon}/ledgers`);
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(status === 429 ? '7' : null);
    await expect(client.ledgers().call()).rejects.toThrow(NetworkError);
    faulty.faults.horizon = null;
    expect((await client.ledgers().call()).records).toHaveLength(1);
  });

  it('of kind garbage is no JSON', async () => {
    await using faulty = await quietSimnet({ history: 1 });
    faulty.faults.horizon = { kind: 'garbage' };
    const response = await fetch(`${faulty.urls.horizon}/ledgers`);
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  it('of kind slow outlasts a client that does not wait', async () => {
    await using faulty = await quietSimnet({ history: 1 });
    faulty.faults.horizon = { kind: 'slow', delayMs: 60_000 };
    const signal = AbortSignal.timeout(50);
    await expect(fetch(`${faulty.urls.horizon}/ledgers`, { signal })).rejects.toThrow('timeout');
  });
});
