import type { HttpBindings } from '@hono/node-server';
import { readSnapshot, type Database, type Transaction } from '@stellar-insights/db';
import { readDataPlace, type ReadReplica } from '@stellar-insights/db/replica';
import { createMiddleware } from 'hono/factory';
import type { RequestIdVariables } from 'hono/request-id';
import type { Caller } from '../access/caller.ts';
import type { ResponseCache } from '../cache/response-cache.ts';
import type { WebhookSettings } from '../routes/webhooks/webhook-settings.ts';
import type { Coding } from './content-coding.ts';
import type { Content } from './content.ts';
import type { Format } from './formats.ts';
import type { FreshReads } from './fresh-reads.ts';
import { databaseUnavailable } from './problem.ts';

/** The services that answers are made from. They are undefined until the process has acquired them. */
export interface Services {
  db?: Database;
  /** Also undefined if there is none. */
  replica?: ReadReplica;
  cache?: ResponseCache;
}

/** What the state that is asked of is read with. */
export interface StateContext {
  /** The primary. */
  readonly db: Database;
  readonly freshReads: FreshReads;
  /** Aborts when nobody waits for the answer any more. Then no further query starts. */
  readonly signal: AbortSignal;
}

/** What a route makes its answer from. */
export interface RouteContext extends StateContext {
  /** For `inSnapshot`; undefined if there is none. */
  readonly replica: ReadReplica | undefined;
  readonly cache: ResponseCache;
  readonly webhooks: WebhookSettings;
}

/** What a request carries. */
export interface ApiEnv {
  Bindings: HttpBindings;
  Variables: RequestIdVariables & {
    /** Of the client, behind trusted proxies; empty if there is no socket. */
    address: string;
    /** Aborts when the request has ended: cut off, left by its client, or timed out. The reason is a ProblemError. */
    signal: AbortSignal;
    /** The format that was negotiated. */
    format: Format;
    route: RouteContext;
    /** Whether a streamed list goes on with another page. */
    takesAnotherPage: () => boolean;
    /** Undefined without a key, which only reads can be. */
    caller: Caller | undefined;
    /** The codings that the client takes, the preferred one first; at least one. */
    codings: readonly Coding[];
    /** The body of the answer, if its route gave it to `sendContent`. */
    content?: Content;
  };
}

/**
 * Reads from one snapshot of the database: of the replica, if it has all that the primary has by now. Once the request has
 * ended, no further query starts. `read` may be run again.
 */
export function inSnapshot<T>(
  { db, replica, freshReads, signal }: RouteContext,
  read: (tx: Transaction) => Promise<T>,
): Promise<T> {
  if (replica === undefined) return readSnapshot(db, read, { signal });
  const readPlace = (shared: AbortSignal) => db.direct.run(readDataPlace, { signal: shared });
  return replica.read(read, { goal: () => freshReads.read('place', readPlace, signal), signal });
}

/** Gives routes their context. Answers 503 while the process waits for its services. */
export function provideContext(services: Services, freshReads: FreshReads, webhooks: WebhookSettings) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const { db, replica, cache } = services;
    if (db === undefined || cache === undefined) throw databaseUnavailable();
    context.set('route', { db, replica, cache, freshReads, webhooks, signal: context.get('signal') });
    await next();
  });
}
