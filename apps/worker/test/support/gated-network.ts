import type { Database } from '@stellar-insights/db';
import { readStateSync, type StateSyncName } from '@stellar-insights/db/state-syncs';
import type { RedisServer } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { startSimnet, type Simnet, type SimnetOptions, type SimnetUrls } from '@stellar-insights/simnet';
import { expect, onTestFinished } from 'vitest';
import { GatedServer } from './gated-server.ts';
import type { Env } from './worker.ts';

interface GatedNetworkOptions {
  readonly url: string;
  readonly redis: RedisServer;
  /** The server that is behind the gate. */
  readonly gated: keyof SimnetUrls;
  readonly simulation?: SimnetOptions;
}

interface GatedNetwork {
  readonly simnet: Simnet;
  readonly gate: GatedServer;
  /** Of a worker that stores the ledgers of the network from the first one on. */
  readonly env: Env;
  /** Resolves once so many readings wait at the gate. */
  readonly readingStops: (readers: number) => Promise<void>;
}

/** A simulated network, one of whose servers a test can close, and an empty Redis. */
export async function startGatedNetwork(options: GatedNetworkOptions): Promise<GatedNetwork> {
  const { url, redis, gated, simulation } = options;
  await redis.flush();
  const simnet = await startSimnet({ history: 20, ...simulation });
  onTestFinished(() => simnet[Symbol.asyncDispose]());
  const gate = await GatedServer.start(simnet.urls[gated]);
  onTestFinished(() => gate[Symbol.asyncDispose]());
  const env = {
    DATABASE_URL: url,
    REDIS_URL: redis.url,
    STELLAR_RPC_URL: simnet.urls.rpc,
    START_LEDGER: '1000',
  };
  const readingStops = async (readers: number): Promise<void> => {
    await eventually(() => expect(gate.waiting).toBeGreaterThanOrEqual(readers), {
      what: `${readers} readings under way`,
    });
  };
  return { simnet, gate, env, readingStops };
}

/** The variables of a worker that reads the network's state from this Horizon, without a limit. */
export function horizonEnv({ url }: GatedServer): Env {
  return { STELLAR_HORIZON_URL: url, HORIZON_REQUESTS_PER_HOUR: '10000000' };
}

/** The revision of the last snapshot; 0 before the first one. */
export async function revisionOf(db: Database, name: StateSyncName): Promise<bigint> {
  return (await db.run((executor) => readStateSync(executor, name)))?.revision ?? 0n;
}
