import type { AccountId, AssetId, PoolId } from '../brands.ts';
import type { HorizonState } from './horizon-state.ts';
import type {
  AccountState,
  AssetState,
  NetworkState,
  PoolState,
  StatePage,
  TrustlineName,
  TrustlineState,
} from './network-state.ts';
import type { RpcState } from './rpc-state.ts';
import { Sample } from './sample.ts';

/** As many as one call of an RPC reads. */
const SAMPLE_SIZE = 200;

/** A pool of which Horizon and the RPC say different things after the same last change. */
export interface Disagreement {
  readonly horizon: PoolState;
  readonly rpc: PoolState;
}

export interface Comparison {
  /** Pools that both sources had as of the same last change. */
  readonly compared: number;
  readonly disagreements: readonly Disagreement[];
}

export interface ComparedOptions {
  /** Called after each listing of the pools that was read to its end. */
  readonly onCompared?: (comparison: Comparison) => void;
  /** Called instead if the RPC could not be read; the listing does not fail for that. */
  readonly onNotCompared?: (error: unknown) => void;
  /** Returns a number from 0 to below 1. */
  readonly random: () => number;
}

/**
 * The state from a Horizon, beside an RPC: what is read by its name comes from the RPC, 200 at a time and without a request to
 * Horizon. After each listing of the pools, a random sample of them is read from the RPC and compared.
 */
export class ComparedState implements NetworkState {
  readonly source = 'horizon';
  readonly accountSource = 'rpc';
  readonly coverage = 'complete';
  readonly #horizon: HorizonState;
  readonly #rpc: RpcState;
  readonly #options: ComparedOptions;

  constructor(horizon: HorizonState, rpc: RpcState, options: ComparedOptions) {
    this.#horizon = horizon;
    this.#rpc = rpc;
    this.#options = options;
  }

  async *pools(
    named: AsyncIterable<readonly PoolId[]>,
    signal: AbortSignal,
  ): AsyncGenerator<StatePage<PoolState>> {
    const sample = new Sample<PoolState>(SAMPLE_SIZE, this.#options.random);
    for await (const page of this.#horizon.pools(named, signal)) {
      for (const pool of page.records) sample.offer(pool);
      yield page;
    }
    await this.#compare(sample.values, signal);
  }

  assets(named: readonly AssetId[], signal: AbortSignal): AsyncIterable<StatePage<AssetState>> {
    return this.#horizon.assets(named, signal);
  }

  crawlAssets(cursor: string | null, signal: AbortSignal): AsyncIterable<StatePage<AssetState>> {
    return this.#horizon.crawlAssets(cursor, signal);
  }

  accounts(ids: readonly AccountId[], signal: AbortSignal): AsyncIterable<StatePage<AccountState>> {
    return this.#rpc.accounts(ids, signal);
  }

  trustlines(lines: readonly TrustlineName[], signal: AbortSignal): AsyncIterable<StatePage<TrustlineState>> {
    return this.#rpc.trustlines(lines, signal);
  }

  async #compare(pools: readonly PoolState[], signal: AbortSignal): Promise<void> {
    const byId = new Map(pools.map((pool) => [pool.id, pool]));
    const both: Disagreement[] = [];
    try {
      for await (const { records } of this.#rpc.pools(once([...byId.keys()]), signal)) {
        for (const rpc of records) {
          const horizon = byId.get(rpc.id);
          if (horizon?.modifiedLedger === rpc.modifiedLedger) both.push({ horizon, rpc });
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      this.#options.onNotCompared?.(error);
      return;
    }
    const disagreements = both.filter(({ horizon, rpc }) => !isEqual(horizon, rpc));
    this.#options.onCompared?.({ compared: both.length, disagreements });
  }
}

/** The names follow from the id. */
function isEqual(one: PoolState, other: PoolState): boolean {
  return (['reserveA', 'reserveB', 'shares', 'trustlines'] as const).every(
    (field) => one[field] === other[field],
  );
}

/** A list that is read as a stream. */
async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
