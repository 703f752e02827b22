import { dnsLookup, OutboundClient } from '@stellar-insights/outbound';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { z } from 'zod';
import { syncAnchors } from '../anchors/sync-anchors.ts';
import { nameStoredLedgers } from '../network-state/name-ledgers.ts';
import { IndependentSteps } from './independent-steps.ts';
import { defineTask } from './task.ts';

const DEFAULT_SECONDS = 900;
/** Of one request for a file. */
const DEADLINE_MS = 10_000;
/** A host of many domains gets so many requests at once. */
const CONNECTIONS = 4;
const NO_SOURCE = 'STELLAR_RPC_URL or STELLAR_HORIZON_URL, from which home domains of issuers are read';

/**
 * Reads home domains of issuers and files of their domains, and publishes the anchors. It is a task of its own, so that the
 * domains of strangers delay nothing else.
 */
export const anchorSync = defineTask({
  name: 'anchor-sync',
  role: 'anchor-sync',
  every: {
    seconds: DEFAULT_SECONDS,
    variable: {
      name: 'ANCHOR_SYNC_INTERVAL',
      description: 'Seconds between two readings of anchors: home domains of issuers and stellar.toml files.',
    },
  },
  worker: { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 1000 },
  // The next job is the retry.
  job: { attempts: 1, removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } },
  data: z.strictObject({}),
  create: ({ config, db, handedOut, health, log, clock, metrics, networkState: network }) => {
    const intervalMs = (config.intervals['anchor-sync'] ?? DEFAULT_SECONDS) * 1000;
    const { allowedNetworks, nameServers } = config.webhooks;
    const lookup = dnsLookup(nameServers === undefined ? {} : { servers: nameServers });
    const laterErrors = new ErrorReminder(log, { task: 'anchor-sync' }, clock);
    return async (_data, job) => {
      const stopping = AbortSignal.any([job.stopping, job.signal]);
      const steps = new IndependentSteps(stopping);
      await steps.run(() => nameStoredLedgers(db, stopping));
      await steps.run(async () => {
        await using client = new OutboundClient({
          allowedNetworks,
          deadlineMs: DEADLINE_MS,
          connections: CONNECTIONS,
          lookup,
          clock,
        });
        // Events are published under an epoch of which no later id was handed out.
        await handedOut.compare();
        const sync = await syncAnchors({
          db,
          network,
          client,
          baseUrl: config.anchorTomlBaseUrl,
          rule: config.corridorHealth,
          intervalMs,
          clock,
          stopping,
          steps,
        });
        metrics.anchors.synced(sync);
        if ((sync.publication?.events.length ?? 0) > 0) handedOut.given();
      });
      // What a stop has cut off did not fail: the next job does it.
      if (stopping.aborted) return;
      // Who reports the job's failure logs the first one.
      for (const error of steps.laterErrors) laterErrors.occurred(error);
      steps.end();
      laterErrors.over();
      if (network === undefined) await health.waits({ tip: null, waitingFor: NO_SOURCE, recovered: true });
      else await health.progressed();
    };
  },
});
