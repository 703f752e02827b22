import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connectDatabase, migrate, transaction, type Database } from '@stellar-insights/db';
import { appendEvents, type Appended, type NewEvent } from '@stellar-insights/db/log';
import { test as onServices } from '@stellar-insights/devstack/vitest';
import { createLog } from '@stellar-insights/runtime/log';
import { systemClock, type Clock } from '@stellar-insights/runtime/time';
import type { AccessMode } from '../../src/access/access.ts';
import { HotAnswers } from '../../src/cache/hot-answers.ts';
import type { ResponseCache } from '../../src/cache/response-cache.ts';
import { createApi } from '../../src/api.ts';
import { composeParts } from '../../src/compose-parts.ts';
import type { RealtimeConfig } from '../../src/realtime/realtime-config.ts';
import type { RateLimitConfig } from '../../src/rate-limits/rate-limit-config.ts';
import type { Realtime } from '../../src/realtime/realtime.ts';
import type { ApiMetrics } from '../../src/routes/health/api-metrics.ts';
import { apiServer } from '../../src/server/api-server.ts';
import type { Authorize } from '../../src/realtime/connections/authorize.ts';
import { API_SETTINGS, READY } from '../support/api-settings.ts';

const log = createLog({ name: 'test', level: 'silent' });

/** `db`: a pool to a migrated database of this test file. `serve`: an API in this process that delivers its events. */
export const test = onServices
  .extend('db', { scope: 'file' }, async ({ fileDatabase }, { onCleanup }) => {
    await migrate(fileDatabase.url);
    const db = connectDatabase(fileDatabase.url, { applicationName: 'test' });
    onCleanup(() => db[Symbol.asyncDispose]());
    return db;
  })
  .extend('serve', ({ db }, { onCleanup }) => {
    return async (settings: ServeSettings = {}): Promise<RealtimeServer> => {
      const server = await RealtimeServer.start(db, settings);
      onCleanup(() => server[Symbol.asyncDispose]());
      return server;
    };
  });

export interface ServeSettings extends Partial<RealtimeConfig> {
  readonly origins?: readonly string[];
  readonly authorize?: Authorize;
  readonly mode?: AccessMode;
  readonly trustedProxies?: number;
  /** Default: none. */
  readonly rateLimits?: RateLimitConfig;
  readonly clock?: Clock;
}

/** An API on a free port. */
export class RealtimeServer {
  readonly realtime: Realtime;
  readonly port: number;
  readonly #metrics: ApiMetrics;
  readonly #close: () => Promise<void>;

  private constructor(realtime: Realtime, port: number, metrics: ApiMetrics, close: () => Promise<void>) {
    this.realtime = realtime;
    this.port = port;
    this.#metrics = metrics;
    this.#close = close;
  }

  static async start(
    db: Database,
    {
      origins,
      authorize,
      mode = API_SETTINGS.auth,
      trustedProxies = API_SETTINGS.trustedProxies,
      rateLimits = API_SETTINGS.rateLimits,
      clock = systemClock,
      ...settings
    }: ServeSettings,
  ): Promise<RealtimeServer> {
    // No answer of these tests is cached.
    const services = { db, cache: { hot: new HotAnswers(0) } as ResponseCache };
    const parts = composeParts({
      config: {
        ...API_SETTINGS,
        auth: mode,
        corsOrigins: origins ?? '*',
        trustedProxies,
        rateLimits,
        realtime: { ...API_SETTINGS.realtime, ...settings },
      },
      services,
      readiness: READY,
      clock,
      log,
      authorize,
    });
    const { access, metrics, realtime } = parts;
    const api = createApi(parts);
    const server = apiServer({ api, realtime, clock, keepAliveTimeoutMs: 60_000 }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await realtime.broadcaster.start(db, new AbortController().signal);
    access.start();
    return new RealtimeServer(realtime, (server.address() as AddressInfo).port, metrics, async () => {
      await access.close();
      await realtime.broadcaster.close();
      for (const client of realtime.webSocketServer.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
  }

  /** The sum of a metric's series that have these labels. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const metrics = (await this.#metrics.registry.getMetricsAsJSON()) as unknown as {
      name: string;
      values: { value: number; labels: Record<string, string> }[];
    }[];
    const values = metrics.find((metric) => metric.name === `insights_realtime_${name}`)?.values ?? [];
    const wanted = values.filter((value) =>
      Object.entries(labels).every(([label, expected]) => String(value.labels[label]) === expected),
    );
    return wanted.reduce((sum, { value }) => sum + value, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

/** Appends the events in one transaction. */
export function append(db: Database, events: readonly NewEvent[]): Promise<Appended> {
  return transaction(db, (tx) => appendEvents(tx, events));
}

/** An event about a ledger; it is in the channels `all` and `ledgers`. `padding` characters make it larger. */
export function ledgerEvent(sequence: number, padding = 0): NewEvent {
  return eventIn(['ledgers'], { sequence, padding: 'x'.repeat(padding) });
}

/** An event in these channels besides `all`. */
export function eventIn(channels: readonly string[], data: object = {}): NewEvent {
  return { event: 'ledger.closed', channels, data };
}

/** The cursors of what was appended, in order. */
export function cursorsOf({ epoch, firstId, lastId }: Appended): string[] {
  const count = Number(lastId - firstId) + 1;
  return Array.from({ length: count }, (_, place) => `${epoch}-${firstId + BigInt(place)}`);
}
