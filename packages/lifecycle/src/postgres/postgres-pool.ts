import type postgres from 'postgres';
import { within, type Clock } from '../host/clock.ts';
import type { Resource } from '../resources/resource.ts';
import { ConnectionsCutError } from './errors.ts';
import type { PoolBackends, Signalled } from './pool-backends.ts';

/** A pool that the lifecycle closes; `sql` is postgres.js as it is. */
export interface PostgresPool extends Required<Omit<Resource, 'announce'>> {
  readonly sql: postgres.Sql;
}

/** How long before the end of the budget the server gets the order to cancel; at most a quarter of the budget. */
const CANCEL_MS = 1000;

/**
 * Ends a pool: new queries are rejected, those in flight finish. Shortly before the budget ends, what still runs is
 * cancelled on the server (its callers see 57014 and may roll back); then every connection is cut, on both sides.
 *
 * @throws ConnectionsCutError from `close`, if anything had to be cut.
 */
export function postgresPool(sql: postgres.Sql, backends: PoolBackends, clock: Clock): PostgresPool {
  const cut = Promise.withResolvers<void>();
  let isCut = false;
  let isClosed = false;
  let cancelled = 0;
  let connections: readonly string[] | undefined;

  const note = (signalled: Signalled): void => {
    cancelled = signalled.cancelled;
    connections = signalled.connections;
  };

  return {
    name: 'postgres',
    sql,
    close: async (context) => {
      // After a second signal: what is at rest ends at once, and what runs is ended by `force`, on the server too.
      if (context.signal.aborted) return await Promise.race([sql.end(), cut.promise]);
      const left = context.remaining();
      const reserve = Math.min(CANCEL_MS, left / 4);
      // In seconds, and to be fitted now: a later `end` cannot shorten this one.
      const ended = sql.end({ timeout: (left - reserve / 2) / 1000 });
      const done = Promise.race([ended, cut.promise]);
      if (await within(left - reserve, done, clock)) return;

      const cancelling = backends.cancel().then(note).catch(ignore);
      await done;
      // The pool may be done before the answer that says what was cancelled.
      await Promise.race([within(reserve / 4, cancelling, clock), cut.promise]);
      if (connections !== undefined) await Promise.race([backends.terminate().catch(ignore), cut.promise]);
      if (isCut) return;
      isClosed = true;
      await backends.close();
      if (connections?.length !== 0) throw new ConnectionsCutError(connections);
    },
    force: async () => {
      if (isClosed) return;
      isCut = true;
      cut.resolve();
      try {
        note(await backends.terminate());
      } finally {
        await backends.close();
      }
    },
    waitingFor: () =>
      connections === undefined ? 'queries in flight and reserved connections' : connections.join('; '),
    counts: () => ({ cut: connections?.length ?? 0, cancelled }),
  };
}

function ignore(): void {}
