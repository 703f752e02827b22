import type { AccountId, AssetId, LedgerSequence, PoolId } from '../brands.ts';
import { assetOrder } from './asset-order.ts';
import { StateError } from './errors.ts';
import { HorizonClient, type HorizonAnswer, type HorizonOptions } from './horizon-client.ts';
import { HorizonFields } from './horizon-fields.ts';
import { byCodeUnit, listRecords, recordsOf } from './horizon-listing.ts';
import { parseAccount, parseAsset, parsePool, parseTrustlines } from './horizon-records.ts';
import { issuedAsset } from './names.ts';
import type {
  AccountState,
  AssetState,
  ExpectedNetwork,
  NetworkState,
  PoolState,
  StatePage,
  TrustlineName,
  TrustlineState,
} from './network-state.ts';

/** The state of the network from a Horizon: all of it. Each call first asks for Horizon's network and newest ledger. */
export class HorizonState implements NetworkState {
  readonly source = 'horizon';
  readonly accountSource = 'horizon';
  readonly coverage = 'complete';
  readonly #client: HorizonClient;
  readonly #expected: ExpectedNetwork;

  constructor(url: URL, expected: ExpectedNetwork, options: HorizonOptions = {}) {
    this.#client = new HorizonClient(url, options);
    this.#expected = expected;
  }

  async *pools(
    _named: AsyncIterable<readonly PoolId[]>,
    signal: AbortSignal,
  ): AsyncGenerator<StatePage<PoolState>> {
    const listing = { path: '/liquidity_pools', parse: parsePool, order: () => byCodeUnit };
    const start = { cursor: null, oldest: await this.#latest(signal) };
    yield* listRecords(this.#client, listing, start, signal);
  }

  async *crawlAssets(cursor: string | null, signal: AbortSignal): AsyncGenerator<StatePage<AssetState>> {
    const priority = 'background';
    const listing = { path: '/assets', parse: parseAsset, order: assetOrder, priority } as const;
    const start = { cursor, oldest: await this.#latest(signal) };
    yield* listRecords(this.#client, listing, start, signal);
  }

  async *assets(named: readonly AssetId[], signal: AbortSignal): AsyncGenerator<StatePage<AssetState>> {
    const oldest = await this.#latest(signal);
    for (const asset of named) {
      const issued = issuedAsset(asset);
      if (issued === null) continue;
      const { code, issuer } = issued;
      const request = { path: '/assets', query: { asset_code: code, asset_issuer: issuer, limit: '2' } };
      yield await this.#client.get(
        request,
        (answer) => {
          const records = recordsOf(answer, 2)
            .map((record) => parseAsset(record).state)
            .filter((state) => state.asset === asset)
            .slice(0, 1);
          return pageOf(records, answer, oldest);
        },
        signal,
      );
    }
  }

  async *accounts(ids: readonly AccountId[], signal: AbortSignal): AsyncGenerator<StatePage<AccountState>> {
    const oldest = await this.#latest(signal);
    for (const id of ids) {
      yield await this.#client.get(
        { path: `/accounts/${id}` },
        (answer) => pageOf(answer.body === undefined ? [] : [parseAccount(answer.body, id)], answer, oldest),
        signal,
      );
    }
  }

  async *trustlines(
    lines: readonly TrustlineName[],
    signal: AbortSignal,
  ): AsyncGenerator<StatePage<TrustlineState>> {
    const oldest = await this.#latest(signal);
    for (const [id, ofAccount] of Map.groupBy(lines, ({ account }) => account)) {
      const assets = new Set(ofAccount.map(({ asset }) => asset));
      yield await this.#client.get(
        { path: `/accounts/${id}` },
        (answer) => {
          const found = answer.body === undefined ? [] : parseTrustlines(answer.body, id, assets);
          return pageOf(found, answer, oldest);
        },
        signal,
      );
    }
  }

  /** Horizon's newest ledger, once it is known to serve the expected network. */
  async #latest(signal: AbortSignal): Promise<LedgerSequence> {
    const { network, ledger } = await this.#client.get(
      { path: '' },
      ({ body, subject }) => {
        const fields = new HorizonFields(body, `the answer of ${subject}`);
        const passphrase = fields.text('network_passphrase', /./, 'a passphrase');
        return { network: passphrase, ledger: fields.ledger('ingest_latest_ledger') };
      },
      signal,
    );
    const expected = await this.#expected(signal);
    if (expected === undefined || network === expected) return ledger;
    throw new StateError('state_wrong_network', {
      found: `"${network}" at ${this.#client.origin}`,
      expected: `the network of the ledgers, "${expected}"`,
      action: 'set STELLAR_HORIZON_URL to a Horizon of that network',
    });
  }
}

function pageOf<T>(records: readonly T[], { ledger }: HorizonAnswer, oldest: LedgerSequence): StatePage<T> {
  return { records, ledger: ledger ?? oldest, cursor: null };
}
