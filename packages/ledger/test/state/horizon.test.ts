import { systemClock } from '@stellar-insights/runtime/time';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AssetId, PoolId } from '@stellar-insights/ledger';
import {
  openNetworkState,
  type AssetState,
  type StateOptions,
  type StatePage,
} from '@stellar-insights/ledger/state';
import { assetRecord, HorizonServer, ISSUER, PASSPHRASE, poolRecord } from './horizon-server.ts';

const never = new AbortController().signal;
const clock = { ...systemClock, sleep: async () => {} };

let server: HorizonServer;
beforeAll(async () => {
  server = await HorizonServer.start();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});
beforeEach(() => {
  Object.assign(server, {
    records: [],
    change: (body: object) => body,
    before: () => {},
    latestLedger: '100',
  });
  server.urls.length = 0;
});

function horizon(options: Partial<StateOptions> = {}) {
  const settings = { clock, retry: { attempts: 2 }, expectedNetwork: async () => PASSPHRASE, ...options };
  return openNetworkState({ horizon: server.url }, settings);
}

async function* nothing(): AsyncGenerator<readonly PoolId[]> {
  yield [];
}

const pools = (options?: Partial<StateOptions>) => Array.fromAsync(horizon(options).pools(nothing(), never));
const crawl = (cursor: string | null = null, options?: Partial<StateOptions>) =>
  Array.fromAsync(horizon(options).crawlAssets(cursor, never) ?? []);
const codesOf = (pages: readonly StatePage<AssetState>[]) =>
  pages.flatMap(({ records }) => records.map(({ asset }) => asset.split(':')[0]));
const inOrder = (records: readonly ReturnType<typeof poolRecord>[]) =>
  records.toSorted((left, right) => (left.paging_token < right.paging_token ? -1 : 1));

describe('a record of Horizon', () => {
  it('is read exactly, a pool up to the largest int64, sums of an asset beyond it', async () => {
    const record = poolRecord('USD');
    server.records = [record];
    const [page] = await pools();
    expect(page).toEqual({
      records: [
        {
          id: record['id'],
          assetA: 'native',
          assetB: `USD:${ISSUER}`,
          feeBp: 30,
          reserveA: 2n ** 63n - 1n,
          reserveB: 1n,
          shares: 120_000_001n,
          trustlines: 3,
          modifiedLedger: 90,
        },
      ],
      ledger: 100,
      cursor: null,
    });

    server.records = [assetRecord('USD')];
    const holding = { accounts: 4, balance: 999_999_999_999_999_999_990_000_001n };
    const asset = `USD:${ISSUER}` as AssetId;
    expect(await Array.fromAsync(horizon().assets([asset], never))).toMatchObject([
      {
        records: [
          {
            asset,
            flags: {
              authRequired: true,
              authRevocable: false,
              authImmutable: false,
              authClawbackEnabled: true,
            },
            holders: { authorized: holding, maintainLiabilities: holding, unauthorized: holding },
            claimableBalances: { count: 1, amount: 5n },
            pools: { count: 2, amount: 60_000_000n },
            contracts: { count: 3, amount: 2n ** 127n - 1n },
          },
        ],
      },
    ]);
  });

  it.each<[string, object, string]>([
    ['the id', { id: 'A'.repeat(64) }, 'as id of a liquidity pool, expected 64 lower-case hex digits'],
    ['the type', { type: 'stable' }, 'expected constant_product'],
    ['the paging token', { paging_token: '0'.repeat(64) }, 'as paging_token'],
    ['the fee', { fee_bp: 31 }, 'a fee of 31 basis points, expected assets and a fee whose hash is the id'],
    ['the shares', { total_shares: '1.5' }, 'expected an amount with seven decimals'],
    ['a negative amount', { total_shares: '-1.0000000' }, 'expected an amount with seven decimals'],
    ['too many shares', { total_shares: '922337203685.4775808' }, 'at most 2^63'],
    ['the trustlines', { total_trustlines: '1e3' }, 'expected a whole number'],
    ['the ledger', { last_modified_ledger: 0 }, 'expected the number of a ledger'],
    ['no reserves', { reserves: undefined }, 'expected a list'],
    ['one reserve', { reserves: [{ asset: 'native', amount: '1.0000000' }] }, 'found 1 reserves'],
    ['an asset', { reserves: [{ asset: 'USD', amount: '1.0000000' }, {}] }, 'expected native or CODE:ISSUER'],
    ['a reserve', { reserves: [null, null] }, 'expected an object'],
  ])('is refused for %s, with what was found and expected', async (_what, change, message) => {
    server.change = (body, { pathname }) =>
      pathname === '/' ? body : { _embedded: { records: [{ ...poolRecord('USD'), ...change }] } };
    const error = await pools().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'horizon_invalid_response', retryable: false });
    expect(String(error)).toContain(message);
  });

  it.each<[string, object]>([
    ['the code', { asset_code: 'US$' }],
    ['the issuer', { asset_issuer: ISSUER.replace(/.$/, 'A') }],
    ["a type that is not its code's", { asset_type: 'credit_alphanum12' }],
    ['the accounts', { accounts: { authorized: 1 } }],
    ['the balances', { balances: 5 }],
    ['a count', { num_contracts: -1 }],
    ['an amount', { contracts_amount: null }],
    ['a flag', { flags: { auth_required: 'yes' } }],
  ])('is refused for %s of an asset', async (_what, change) => {
    server.change = (body, { pathname }) =>
      pathname === '/' ? body : { _embedded: { records: [{ ...assetRecord('USD'), ...change }] } };
    await expect(crawl()).rejects.toMatchObject({ code: 'horizon_invalid_response' });
  });
});

describe('a listing of Horizon', () => {
  it('is read to its end in pages of 200, with the newest ledger before each, and goes on from any cursor', async () => {
    server.records = inOrder(Array.from({ length: 450 }, (_, index) => poolRecord(`P${index}`)));
    const pages = await pools();
    expect(pages.map(({ records }) => records.length)).toEqual([200, 200, 50]);
    expect(pages.map(({ cursor }) => cursor)).toEqual([
      server.records[199]?.paging_token,
      server.records[399]?.paging_token,
      null,
    ]);
    expect(pages.flatMap(({ records }) => records.map(({ id }) => id))).toEqual(
      server.records.map(({ id }) => id),
    );
    // The network, three pages, and the last record.
    expect(server.urls).toHaveLength(5);

    server.latestLedger = undefined;
    expect((await pools()).map(({ ledger }) => ledger)).toEqual([95, 95, 95]);
  });

  it('neither repeats nor leaves out a record for others that come and go meanwhile', async () => {
    const all = inOrder(Array.from({ length: 60 }, (_, index) => poolRecord(`P${index}`)));
    const lasting = all.filter((_, index) => index % 3 === 0);
    server.records = all.filter((_, index) => index % 3 !== 1);
    let pages = 0;
    server.before = () => {
      // Every page finds others than the one before: but not the cursor's own record, which Horizon does not need.
      pages += 1;
      server.records = all.filter((_, index) => index % 3 === 0 || index % 3 === (pages % 2) + 1);
    };
    server.change = (body, url) => {
      const cursor = url.searchParams.get('cursor');
      if (url.pathname === '/' || cursor === null) return body;
      const behind = server.records.filter((record) => record.paging_token > cursor);
      return { _embedded: { records: behind.slice(0, Number(url.searchParams.get('limit'))) } };
    };
    const ids = (await pools({ pageSize: 7 })).flatMap(({ records }) => records.map(({ id }) => String(id)));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of lasting) expect(ids).toContain(id);
  });

  it('does not end with a page that is short although there is more', async () => {
    server.records = inOrder(Array.from({ length: 20 }, (_, index) => poolRecord(`P${index}`)));
    server.change = (body, url) => {
      const records = (body['_embedded'] as { records: unknown[] } | undefined)?.records ?? [];
      return url.searchParams.get('order') === 'asc' ? { _embedded: { records: records.slice(0, 3) } } : body;
    };
    expect((await pools({ pageSize: 10 })).map(({ records }) => records.length)).toEqual([
      3, 3, 3, 3, 3, 3, 2,
    ]);
  });

  it('of assets may be ordered as any database collates their codes, and no other way', async () => {
    const byCodeUnit = ['A', 'USD', 'USDC', 'Z', 'a', 'usd'];
    const ignoringCase = ['a', 'A', 'usd', 'USD', 'USDC', 'Z'];
    for (const codes of [byCodeUnit, ignoringCase]) {
      server.records = codes.map(assetRecord);
      for (const pageSize of [2, 3, 4, 200]) expect(codesOf(await crawl(null, { pageSize }))).toEqual(codes);
    }
    for (const codes of [
      ['A', 'USD', 'EUR'],
      ['A', 'Z', 'a', 'B'],
      ['USD', 'USD'],
    ]) {
      server.records = codes.map(assetRecord);
      await expect(crawl()).rejects.toMatchObject({ code: 'horizon_inconsistent', retryable: true });
    }
  });

  it('is of assets in the background, and of pools due', async () => {
    const asked: string[] = [];
    const budget = { take: async (priority: string) => void asked.push(priority) };
    server.records = [assetRecord('USD')];
    await crawl(null, { budget });
    expect(asked).toEqual(['due', 'background', 'background']);
    await Array.fromAsync(horizon({ budget }).assets([`USD:${ISSUER}` as AssetId], never));
    expect(asked.slice(3)).toEqual(['due', 'due']);
  });

  it('follows no link, keeps the path and query of its URL, and does not show them', async () => {
    server.records = [poolRecord('USD')];
    server.change = (body) => ({ ...body, _links: { next: { href: 'http://169.254.169.254/' } } });
    const state = openNetworkState(
      { horizon: `${server.url}/horizon/?key=secret` },
      { clock, expectedNetwork: async () => PASSPHRASE },
    );
    const error = await Array.fromAsync(state.pools(nothing(), never)).catch((reason: unknown) => reason);
    expect(server.urls.map(({ pathname, searchParams }) => [pathname, searchParams.get('key')])).toEqual([
      ['/horizon', 'secret'],
    ]);
    // This server has its root elsewhere; the message does not show the key.
    expect(String(error)).toContain('network_passphrase');
    expect(String(error)).not.toContain('secret');
  });
});
