import { LedgerError } from '../errors.ts';
import { HistoryLostError } from './errors.ts';
import type { LatestLedger, LedgerSource, RawLedger } from './ledger-source.ts';

/** An RPC that follows the tip, and a data lake that has the ledgers that the RPC no longer keeps. */
export class LakeBackedRpc implements LedgerSource {
  readonly #rpc: LedgerSource;
  readonly #lake: LedgerSource;

  constructor(rpc: LedgerSource, lake: LedgerSource) {
    this.#rpc = rpc;
    this.#lake = lake;
  }

  networkPassphrase(signal: AbortSignal): Promise<string> {
    return this.#rpc.networkPassphrase(signal);
  }

  latest(signal: AbortSignal): Promise<LatestLedger | null> {
    return this.#rpc.latest(signal);
  }

  async *ledgers(
    { from, to }: { from: number; to?: number },
    signal: AbortSignal,
  ): AsyncGenerator<RawLedger> {
    let next = from;
    for (;;) {
      try {
        const range = to === undefined ? { from: next } : { from: next, to };
        for await (const ledger of this.#rpc.ledgers(range, signal)) {
          yield ledger;
          next = ledger.sequence + 1;
        }
        return;
      } catch (error) {
        if (!(error instanceof HistoryLostError)) throw error;
        for await (const ledger of this.#lostLedgers(next, to, error, signal)) {
          yield ledger;
          next = ledger.sequence + 1;
        }
        if (to !== undefined && next > to) return;
      }
    }
  }

  /** The ledgers from `from` that the RPC has lost, up to `to` at most. */
  async *#lostLedgers(
    from: number,
    to: number | undefined,
    lost: HistoryLostError,
    signal: AbortSignal,
  ): AsyncGenerator<RawLedger> {
    await this.#requireSameNetwork(signal);
    const end = Math.min(lost.oldest - 1, to ?? lost.oldest);
    try {
      yield* this.#lake.ledgers({ from, to: end }, signal);
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code !== 'ledger_missing') throw error;
      throw new LedgerError('history_lost', {
        ...(error.ledger !== undefined && { ledger: error.ledger }),
        found: `${lost.found}, and in the lake ${error.found}`,
        expected: 'the ledger in one of them',
        action: 'let the exporter of the lake write it, or name another lake in LEDGER_LAKE_URL',
        retryable: true,
        cause: error,
      });
    }
  }

  async #requireSameNetwork(signal: AbortSignal): Promise<void> {
    const ofRpc = await this.#rpc.networkPassphrase(signal);
    const ofLake = await this.#lake.networkPassphrase(signal);
    if (ofRpc === ofLake) return;
    throw new LedgerError('wrong_network', {
      found: `a lake of the network "${ofLake}"`,
      expected: `"${ofRpc}", the network of the RPC`,
      action: 'name a lake and an RPC of the same network in LEDGER_LAKE_URL and STELLAR_RPC_URL',
    });
  }
}
