import { databaseLease, runWhileLeased, type LeasedWork } from '@stellar-insights/jobs';
import type { LedgerSequence } from '@stellar-insights/ledger';
import { openSource, type LedgerDecoder, type SourceLocation } from '@stellar-insights/ledger/sources';
import { z } from 'zod';
import { RpcHistory } from '../ingestion/rpc-history.ts';
import type { Position } from '../ingestion/standstill.ts';
import { watchedDecoder } from '../ingestion/watched-decoder.ts';
import { TipFollower } from '../ingestion/tip-follower.ts';
import { TipWatch } from '../ingestion/tip-watch.ts';
import { defineTask, type TaskContext } from './task.ts';

/** How often a source is asked for the next ledger at the tip, unless ledgers come quickly. */
const POLL_INTERVAL_MS = 1000;

/** Follows the tip, in one process at a time. */
export const ledgerIngest = defineTask({
  name: 'ledger-ingest',
  role: 'ledger-ingest',
  // A job takes the lease, or ends at once if another process holds it.
  every: { seconds: 1 },
  continuous: true,
  // Short locks and no limit to stalling: another worker soon takes a killed worker's job, however often that happens.
  worker: { lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 1000 },
  // The next job is the retry.
  job: { attempts: 1, removeOnComplete: true, removeOnFail: { count: 100 } },
  data: z.strictObject({}),
  create: (context) => {
    const { clock, config, db, holder, log, metrics } = context;
    const { source } = config;
    if (source === undefined) throw new TypeError('ledger-ingest is served without a source');
    const decoder = watchedDecoder({
      by: config.network.decoder,
      onDecoded: (outcome) => metrics.ledgerDecoded(outcome),
      log,
      clock,
    });
    const lease = databaseLease(db, { name: 'ledger-ingest', holder });
    const begin = (signal: AbortSignal): LeasedWork => followTip(context, source, decoder, signal);
    return async (_data, job) => {
      const stopping = AbortSignal.any([job.stopping, job.signal]);
      const outcome = await runWhileLeased({ lease, begin, stopping, clock });
      if (outcome !== 'held_elsewhere') log.info({ outcome }, 'this process no longer does ledger-ingest');
      return outcome;
    };
  },
});

/** The source is opened anew each time, so that what it remembers of a fault is forgotten with it. */
function followTip(
  { clock, config, db, handedOut, health, log, metrics }: TaskContext,
  location: SourceLocation,
  decoder: LedgerDecoder,
  signal: AbortSignal,
): LeasedWork {
  const source = new RpcHistory(openSource(location, { pollIntervalMs: POLL_INTERVAL_MS }), {
    onLeft: (ledgers) => metrics.rpcHistoryLeft(ledgers),
    lake: 'lake' in location,
    log,
    clock,
  });
  const follower = new TipFollower(
    {
      db,
      source,
      decoder,
      networkPassphrase: config.network.networkPassphrase,
      startLedger: config.startLedger,
      onOpened: () => handedOut.compare(),
      onCommitted: (ledger) => {
        const { sequence, closedAt } = ledger.header;
        handedOut.given();
        // The source has had this ledger, whatever it reported before.
        void health.progressed({ tip: Math.max(sequence, tipWatch.latest) as LedgerSequence });
        metrics.ledgerStored(ledger);
        const lagMs = clock.date().getTime() - closedAt;
        log.debug({ ledger: sequence, lagMs }, `ledger ${sequence} stored`);
      },
    },
    signal,
  );
  const position = (): Position | undefined => follower.position;
  const tipWatch = new TipWatch({ db, source, position, health, log, clock });
  return {
    step: () => follower.step(),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([follower[Symbol.asyncDispose](), tipWatch[Symbol.asyncDispose]()]);
      metrics.rpcHistoryLeft(Number.NaN);
    },
  };
}
