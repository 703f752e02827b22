import { dnsLookup, OutboundClient } from '@stellar-insights/outbound';
import { z } from 'zod';
import { syncAnchors } from '../anchors/sync-anchors.ts';
import { stateSyncJobs } from './state-sync.ts';
import { defineTask } from './task.ts';

/** Of one request for a file. */
const DEADLINE_MS = 10_000;
/** A host of many domains gets so many requests at once. */
const CONNECTIONS = 4;

/**
 * Reads home domains of issuers and files of their domains, and publishes the anchors. It is a task of its own, so that the
 * domains of strangers delay nothing else.
 */
export const anchorSync = defineTask({
  name: 'anchor-sync',
  role: 'anchor-sync',
  every: {
    seconds: 900,
    variable: {
      name: 'ANCHOR_SYNC_INTERVAL',
      description: 'Seconds between two readings of anchors: home domains of issuers and stellar.toml files.',
    },
  },
  worker: { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 1000 },
  // The next job is the retry.
  job: { attempts: 1, removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } },
  data: z.strictObject({}),
  create: (context) => {
    const { config, intervalMs, db, handedOut, clock, metrics, networkState: network } = context;
    const { allowedNetworks, nameServers } = config.webhooks;
    const lookup = dnsLookup(nameServers === undefined ? {} : { servers: nameServers });
    return stateSyncJobs(context, {
      task: 'anchor-sync',
      name: 'anchors',
      reads: 'home domains of issuers',
      run: async (steps, stopping) => {
        await using client = new OutboundClient({
          allowedNetworks,
          deadlineMs: DEADLINE_MS,
          connections: CONNECTIONS,
          lookup,
          clock,
        });
        const synced = await steps.run(() =>
          syncAnchors({
            db,
            network,
            client,
            baseUrl: config.anchorTomlBaseUrl,
            rule: config.corridorHealth,
            intervalMs,
            clock,
            stopping,
            steps,
            // Events are stored under an epoch of which no later id was handed out.
            beforeEvents: () => handedOut.compare(),
          }),
        );
        if (synced === undefined) return;
        metrics.anchors.synced(synced);
        if ((synced.publication?.events.length ?? 0) > 0) handedOut.given();
      },
    });
  },
});
