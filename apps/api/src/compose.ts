import { readDatabaseIdentity } from '@stellar-insights/db/identity';
import { acquireDatabase } from '@stellar-insights/db/lifecycle';
import { acquireReplica } from '@stellar-insights/db/replica';
import type { ApiPhaseName } from '@stellar-insights/lifecycle';
import { listen } from '@stellar-insights/lifecycle/http';
import { serveAdmin, type ProcessContext } from '@stellar-insights/runtime/process';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import type { Services } from './answers/route-context.ts';
import { createApi, type ApiParts } from './api.ts';
import { openCache } from './cache/open-cache.ts';
import { composeParts } from './compose-parts.ts';
import type { ApiConfig } from './config.ts';
import { STATEMENT_TIMEOUT_MS } from './middleware/limits.ts';
import { apiServer } from './server/api-server.ts';

/** A request waits for a connection for less than its time, so that it is told that the database is busy. */
const DATABASE_REQUESTS = {
  limit: 10,
  queue: 100,
  waitMs: 5000,
  statementTimeoutMs: STATEMENT_TIMEOUT_MS,
} as const;

type Context = ProcessContext<ApiConfig, ApiPhaseName>;

/** Listens on both ports. Until the services are there, the probes are answered and requests for data get 503. */
export async function serveApi({ app, config, log }: Context): Promise<ApiParts> {
  const services: Services = {};
  const parts = composeParts({ config, services, readiness: app.readiness, clock, log });
  const { health, metrics, realtime } = parts;
  const { adminPort, adminHost, keepAliveTimeoutMs } = config;
  await serveAdmin({ app, log, port: adminPort, host: adminHost, health, metrics });
  const http = apiServer({ api: createApi(parts), realtime, clock, keepAliveTimeoutMs });
  for (const streams of realtime.streams(http)) await app.acquire('streams', () => streams);
  const { server } = await app.acquire('drain', () => listen(http, config.port));
  log.info({ address: server.address() }, 'the API is served');
  return parts;
}

/**
 * Acquires the services. Postgres is waited for; Redis and a replica may be away.
 *
 * @throws SchemaMismatchError; LifecycleError if Postgres refuses, or `stopping`
 */
export async function composeServices(
  { app, config, log }: Context,
  { services, realtime, access, limits }: ApiParts,
): Promise<void> {
  const { redisUrl: url, cacheBytes: budgetBytes, hotCacheBytes: hotBytes } = config;
  await app.acquire('cache', () => limits);
  const opened = await app.acquire('cache', () => openCache({ url, budgetBytes, hotBytes, log, clock }));
  const { cache, client, revalidations } = opened;
  services.cache = cache;
  const { database, readUrl } = config;
  const pool = { applicationName: 'insights-api', log, requests: DATABASE_REQUESTS };
  const db = await acquireDatabase(app, { ...pool, database });
  const identity = await readDatabaseIdentity(db, { signal: app.signal });
  if (readUrl !== undefined) {
    const { pooler } = database;
    services.replica = await acquireReplica(app, { ...pool, url: readUrl, pooler, primary: db, identity });
  }
  cache.store.serve(identity);
  limits.share(client, identity);
  await app.acquire('background', () => revalidations);
  const broadcaster = await app.acquire('background', () => realtime.broadcaster);
  await broadcaster.start(db, app.signal);
  await app.acquire('background', () => access);
  // Ready only from now on: clients that come from another replica find their events in the ring.
  services.db = db;
  access.start();
  log.info('the API has started');
}
