import type { HttpBindings } from '@hono/node-server';
import { readSnapshot, type Database, type Transaction } from '@stellar-insights/db';
import { createMiddleware } from 'hono/factory';
import type { RequestIdVariables } from 'hono/request-id';
import type { Caller } from '../access/caller.ts';
import type { ResponseCache } from '../cache/response-cache.ts';
import type { WebhookSettings } from '../routes/webhooks/webhook-settings.ts';
import type { Coding } from './content-coding.ts';
import type { Content } from './content.ts';
import type { Format } from './formats.ts';
import { FreshReads } from './fresh-reads.ts';
import { databaseUnavailable } from './problem.ts';

/** The services that answers are made from. They are undefined until the process has acquired them. */
export interface Services {
  db?: Database;
  cache?: ResponseCache;
}

/** What a route makes its answer from. */
export interface RouteContext {
  readonly db: Database;
  readonly cache: ResponseCache;
  readonly freshReads: FreshReads;
  readonly webhooks: WebhookSettings;
  /** Aborts when nobody waits for the answer any more. Then no further query starts. */
  readonly signal: AbortSignal;
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

/** Reads from one snapshot of the database. Once the request has ended, no further query starts. */
export function inSnapshot<T>(
  { db, signal }: RouteContext,
  read: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return readSnapshot(db, read, { signal });
}

/** Gives routes their context. Answers 503 while the process waits for its services. */
export function provideContext(services: Services, webhooks: WebhookSettings) {
  const freshReads = new FreshReads();
  return createMiddleware<ApiEnv>(async (context, next) => {
    const { db, cache } = services;
    if (db === undefined || cache === undefined) throw databaseUnavailable();
    context.set('route', { db, cache, freshReads, webhooks, signal: context.get('signal') });
    await next();
  });
}
