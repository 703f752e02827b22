import type { Database } from '@stellar-insights/db';
import { tick, type ContinuousWork, type JobProcessor, type Lease } from '@stellar-insights/jobs';
import type { LedgerHeaderFacts } from '@stellar-insights/ledger';
import { openSource, type SourceLocation } from '@stellar-insights/ledger/sources';
import type { Log } from '@stellar-insights/runtime/log';
import type { TaskHealth } from '../health/task-health.ts';
import { LedgerIngest } from '../ingestion/tip-follower.ts';
import { TipWatch } from '../ingestion/tip-watch.ts';

/** How often a source is asked for the next ledger at the tip. */
const POLL_INTERVAL_MS = 1000;

export interface LedgerIngestTask {
  readonly db: Database;
  readonly lease: Lease;
  readonly source: SourceLocation;
  readonly networkPassphrase: string | undefined;
  readonly startLedger: number | 'latest';
  readonly health: TaskHealth;
  readonly log: Log;
  readonly onCommitted: (ledger: LedgerHeaderFacts) => void;
}

/** A tick of `ledger-ingest`: follows the tip for as long as this process holds the lease. */
export function ledgerIngest(task: LedgerIngestTask): JobProcessor<'ledger-ingest'> {
  const begin = (signal: AbortSignal): ContinuousWork => follow(task, signal);
  return async (_data, { stopping, signal }) => {
    try {
      const outcome = await tick({ lease: task.lease, begin }, AbortSignal.any([stopping, signal]));
      if (outcome !== 'held_elsewhere') task.log.info({ outcome }, 'ledger-ingest is no longer done here');
      return outcome;
    } catch (error) {
      await task.health.failed(error);
      throw error;
    }
  };
}

/** The source is opened anew each time, so that what it remembers of a fault is forgotten with it. */
function follow(
  { health, log, onCommitted, ...task }: LedgerIngestTask,
  signal: AbortSignal,
): ContinuousWork {
  const source = openSource(task.source, { pollIntervalMs: POLL_INTERVAL_MS });
  let stored = 0;
  const tip = new TipWatch(source, async (ledger) => {
    log.info({ ledger: stored, tip: ledger }, `stored up to ledger ${stored}, the tip is at ${ledger}`);
    await health.progressed(ledger);
  });
  const ingest = new LedgerIngest(
    {
      ...task,
      source,
      onCommitted: (ledger) => {
        stored = ledger.sequence;
        tip.seen(ledger.sequence);
        void health.progressed();
        onCommitted(ledger);
      },
    },
    signal,
  );
  return {
    step: () => ingest.step(),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([ingest[Symbol.asyncDispose](), tip[Symbol.asyncDispose]()]);
    },
  };
}
