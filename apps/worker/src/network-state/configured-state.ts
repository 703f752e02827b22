import type { Database } from '@stellar-insights/db';
import { readCursor } from '@stellar-insights/db/ledgers';
import { openNetworkState, type Comparison, type NetworkState } from '@stellar-insights/ledger/state';
import type { Clock } from '@stellar-insights/lifecycle';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import type { WorkerConfig } from '../config.ts';
import { HorizonBudget } from './horizon-budget.ts';
import type { StateMetrics } from './state-metrics.ts';

interface ConfiguredStateOptions {
  readonly config: Pick<WorkerConfig, 'network' | 'state'>;
  readonly db: Database;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: StateMetrics;
}

/** The state as the configuration says where it is read; undefined without a source. */
export function configuredState(options: ConfiguredStateOptions): NetworkState | undefined {
  const { config, db, log, clock, metrics } = options;
  const { location, horizonRequestsPerHour: perHour } = config.state;
  if (location === undefined) return undefined;
  const notCompared = new ErrorReminder(log, { sources: 'Horizon and the RPC' }, clock);
  return openNetworkState(location, {
    clock,
    budget: new HorizonBudget({ db, clock, perHour, onSpent: () => metrics.budgetSpent() }),
    // The network of the stored ledgers, which the configuration need not name.
    expectedNetwork: async (signal) =>
      config.network.networkPassphrase ?? (await readCursor(db, { signal }))?.networkPassphrase,
    onCompared: (comparison) => {
      notCompared.over();
      metrics.compared(comparison);
      logDisagreements(log, comparison);
    },
    onNotCompared: (error) => notCompared.occurred(error),
  });
}

function logDisagreements(log: Log, { compared, disagreements }: Comparison): void {
  const [first] = disagreements;
  if (first === undefined) return;
  const { horizon, rpc } = first;
  const pool = horizon.id;
  const ledger = horizon.modifiedLedger;
  log.warn(
    {
      pool,
      ledger,
      disagreements: disagreements.length,
      compared,
      horizon: amounts(horizon),
      rpc: amounts(rpc),
    },
    `found ${disagreements.length} of ${compared} pools that differ between Horizon and the RPC after the same ledger, expected none; ` +
      `pool ${pool} is one; compare both with another server`,
  );
}

function amounts({ reserveA, reserveB, shares, trustlines }: Comparison['disagreements'][number]['rpc']) {
  return {
    reserve_a: String(reserveA),
    reserve_b: String(reserveB),
    shares: String(shares),
    trustlines,
  };
}
