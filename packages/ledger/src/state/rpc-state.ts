import type { AccountId, AssetId, LedgerSequence, PoolId } from '../brands.ts';
import { isLedgerSequence } from '../sequence.ts';
import { RpcRefusalError } from '../sources/errors.ts';
import { isRecord, parsePassphrase, rpcInvalidResponse } from '../sources/rpc-answers.ts';
import { RpcClient, type RpcClientOptions } from '../sources/rpc-client.ts';
import { StateError } from './errors.ts';
import type { EntryKind, RawEntry } from './ledger-entries.ts';
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

/** The most keys of one call of `getLedgerEntries`. */
const KEYS_PER_CALL = 200;
const METHOD = 'getLedgerEntries';

/** The state of what is named, from the ledger entries of a Stellar RPC. It cannot enumerate anything. */
export class RpcState implements NetworkState {
  readonly source = 'rpc';
  readonly accountSource = 'rpc';
  readonly coverage = 'seen';
  readonly #client: RpcClient;
  readonly #expected: ExpectedNetwork;

  constructor(url: URL, expected: ExpectedNetwork, options: RpcClientOptions = {}) {
    this.#client = new RpcClient(url, options);
    this.#expected = expected;
  }

  async *pools(
    named: AsyncIterable<readonly PoolId[]>,
    signal: AbortSignal,
  ): AsyncGenerator<StatePage<PoolState>> {
    const { poolEntry } = await this.#ready(signal);
    for await (const ids of named) yield* this.#entries(poolEntry, ids, signal);
  }

  /** Of an asset only its issuer's flags. */
  async *assets(named: readonly AssetId[], signal: AbortSignal): AsyncGenerator<StatePage<AssetState>> {
    const { accountEntry } = await this.#ready(signal);
    const issued = named.flatMap((asset) => {
      const issuer = issuedAsset(asset)?.issuer;
      return issuer === undefined ? [] : [{ asset, issuer }];
    });
    const byIssuer = Map.groupBy(issued, ({ issuer }) => issuer);
    for (const issuers of chunks([...byIssuer.keys()])) {
      for await (const page of this.#entries(accountEntry, issuers, signal)) {
        const flags = new Map(page.records.map((issuer) => [issuer.account, issuer.flags]));
        const records = issuers.flatMap((issuer) =>
          (byIssuer.get(issuer) ?? []).map(({ asset }) => notEnumerated(asset, flags.get(issuer) ?? null)),
        );
        yield { ...page, records };
      }
    }
  }

  crawlAssets(): null {
    return null;
  }

  async *accounts(ids: readonly AccountId[], signal: AbortSignal): AsyncGenerator<StatePage<AccountState>> {
    const { accountEntry } = await this.#ready(signal);
    yield* this.#entries(accountEntry, ids, signal);
  }

  async *trustlines(
    lines: readonly TrustlineName[],
    signal: AbortSignal,
  ): AsyncGenerator<StatePage<TrustlineState>> {
    const { trustlineEntry } = await this.#ready(signal);
    const issued = lines.filter(({ asset }) => issuedAsset(asset) !== null);
    yield* this.#entries(trustlineEntry, issued, signal);
  }

  /** What reads entries, once the RPC is known to serve the expected network. */
  async #ready(signal: AbortSignal) {
    const passphrase = parsePassphrase(await this.#call('getNetwork', undefined, signal));
    const expected = await this.#expected(signal);
    if (expected !== undefined && passphrase !== expected) {
      throw new StateError('state_wrong_network', {
        found: `"${passphrase}" at ${this.#client.origin}`,
        expected: `the network of the ledgers, "${expected}"`,
        action: 'set STELLAR_RPC_URL to an RPC of that network',
      });
    }
    // With the SDK, which takes long to load: only a process that reads entries pays for it.
    return await import('./ledger-entries.ts');
  }

  async *#entries<Name, State>(
    kind: EntryKind<Name, State>,
    names: readonly Name[],
    signal: AbortSignal,
  ): AsyncGenerator<StatePage<State>> {
    for (const some of chunks(names)) {
      const byKey = new Map(some.map((name) => [base64(kind.keyOf(name)), name]));
      const result = await this.#call(METHOD, { keys: [...byKey.keys()] }, signal);
      const { entries, ledger } = parseEntries(result, byKey);
      yield { records: entries.map(([name, entry]) => kind.read(name, entry)), ledger, cursor: null };
    }
  }

  async #call(method: string, params: object | undefined, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#client.call(method, params, signal);
    } catch (error) {
      if (!(error instanceof RpcRefusalError)) throw error;
      throw rpcInvalidResponse(`${error.message} from ${method} at ${this.#client.origin}`, 'an answer');
    }
  }
}

function notEnumerated(asset: AssetId, flags: AssetState['flags']): AssetState {
  return { asset, flags, holders: null, claimableBalances: null, pools: null, contracts: null };
}

/** Entries of some of the keys, each at most once. */
function parseEntries<Name>(result: unknown, names: ReadonlyMap<string, Name>) {
  const { entries, latestLedger } = isRecord(result) ? result : {};
  if (!isLedgerSequence(latestLedger)) throw invalid('latestLedger', latestLedger, 'the number of a ledger');
  if (!Array.isArray(entries)) throw invalid('entries', entries, 'a list');
  const left = new Map(names);
  const found = entries.map((entry: unknown): [Name, RawEntry] => {
    const { key, xdr, lastModifiedLedgerSeq: modifiedLedger } = isRecord(entry) ? entry : {};
    const name = typeof key === 'string' ? left.get(key) : undefined;
    if (name === undefined) throw invalid('key', key, 'one of the requested keys, once');
    left.delete(String(key));
    if (!isLedgerSequence(modifiedLedger)) {
      throw invalid('lastModifiedLedgerSeq', modifiedLedger, 'the number of a ledger');
    }
    if (typeof xdr !== 'string') throw invalid('xdr', xdr, 'base64');
    return [name, { bytes: Buffer.from(xdr, 'base64'), modifiedLedger }];
  });
  return { entries: found, ledger: latestLedger satisfies LedgerSequence };
}

function invalid(name: string, value: unknown, expected: string) {
  return rpcInvalidResponse(
    `${METHOD}'s ${name} ${(JSON.stringify(value) ?? 'absent').slice(0, 80)}`,
    expected,
  );
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function chunks<T>(values: readonly T[]): T[][] {
  const count = Math.ceil(values.length / KEYS_PER_CALL);
  return Array.from({ length: count }, (_, index) =>
    values.slice(index * KEYS_PER_CALL, (index + 1) * KEYS_PER_CALL),
  );
}
