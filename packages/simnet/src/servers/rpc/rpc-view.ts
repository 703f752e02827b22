import type { Network } from '../../network.ts';
import type { ServiceFault } from '../faults.ts';
import type { LedgerHistory, RetainedLedger } from '../ledger-history.ts';
import { RpcError } from './rpc-error.ts';

/** What the RPC serves from. */
export interface RpcSources {
  readonly network: Network;
  readonly history: LedgerHistory;
  readonly fault: () => ServiceFault | null;
}

/** The state from which the RPC answers one request. */
export interface RpcView {
  readonly network: Network;
  readonly history: LedgerHistory;
  readonly oldest: RetainedLedger;
  readonly latest: RetainedLedger;
  readonly stale: boolean;
}

export function viewNow({ network, history, fault }: RpcSources): RpcView {
  const present = fault();
  const stale = present?.kind === 'stale';
  const { oldest, latest } = history;
  const reportedLatest = stale ? history.get(Math.min(present.latestLedger, latest.sequence)) : latest;
  if (reportedLatest === undefined)
    throw new RpcError('internalError', 'data stores are not initialized: DB is empty');
  return { network, history, oldest, latest: reportedLatest, stale };
}

/** The range of ledgers, as several answers contain it. */
export function rangeOf({ oldest, latest }: RpcView) {
  return {
    latestLedger: latest.sequence,
    latestLedgerCloseTime: latest.closeTime,
    oldestLedger: oldest.sequence,
    oldestLedgerCloseTime: oldest.closeTime,
  };
}
