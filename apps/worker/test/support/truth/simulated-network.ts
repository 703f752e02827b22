import type { Database } from '@stellar-insights/db';
import { commitLedger } from '@stellar-insights/db/ledgers';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { openSource, readLedgers } from '@stellar-insights/ledger/sources';
import { openNetworkState, type NetworkState, type StateOptions } from '@stellar-insights/ledger/state';
import { systemClock } from '@stellar-insights/runtime/time';
import { startSimnet, type Simnet, type StateTruth } from '@stellar-insights/simnet';
import { ledgerEvents } from '@stellar-insights/wire';

const NETWORK = 'Simulated Network';
const never = new AbortController().signal;

/** A simulated network of quick weeks whose ledgers are stored as its RPC serves them, with the record of what truly happened. */
export class SimulatedNetwork implements AsyncDisposable {
  readonly simnet: Simnet;
  /** The true facts of all ledgers that are stored. */
  readonly ledgers: LedgerFacts[] = [];
  readonly #db: Database;

  private constructor(simnet: Simnet, db: Database) {
    this.simnet = simnet;
    this.#db = db;
  }

  /** @param hours from one ledger to the next */
  static async start(
    db: Database,
    { seed, hours }: { seed: string; hours: number },
  ): Promise<SimulatedNetwork> {
    const closeIntervalMs = hours * 3_600_000;
    const simnet = await startSimnet({ seed, passphrase: NETWORK, history: 1, closeIntervalMs });
    // The first ledger is not stored: the history of a real database begins somewhere, too.
    return new SimulatedNetwork(simnet, db);
  }

  /** Closes and stores so many ledgers. */
  async follow(count: number): Promise<void> {
    const from = this.simnet.history.latest.sequence + 1;
    for (let left = count; left > 0; left--) this.ledgers.push(this.simnet.closeLedger().truth);
    const range = { from, to: from + count - 1, networkPassphrase: NETWORK };
    for await (const facts of readLedgers(openSource({ rpc: this.simnet.urls.rpc }), range, never)) {
      await commitLedger(this.#db, facts, { networkPassphrase: NETWORK, events: ledgerEvents(facts) });
    }
  }

  /** Of the last ledger. */
  get truth(): StateTruth {
    return this.truthAt(this.simnet.history.latest.sequence);
  }

  truthAt(ledger: number): StateTruth {
    return this.simnet.network.stateAt(ledger);
  }

  /** Its waits take no time, and it gives up after two attempts. */
  state(source: 'horizon' | 'rpc' | 'both', options: Partial<StateOptions> = {}): NetworkState {
    const { horizon, rpc } = this.simnet.urls;
    const location = source === 'horizon' ? { horizon } : source === 'rpc' ? { rpc } : { horizon, rpc };
    const clock = { ...systemClock, sleep: async () => {} };
    const settings = { clock, timeoutMs: 200, retry: { attempts: 2 }, expectedNetwork: async () => NETWORK };
    return openNetworkState(location, { ...settings, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simnet[Symbol.asyncDispose]();
  }
}
