import type postgres from 'postgres';

/** One connection of the pool, as the server sees it. */
interface Backend {
  readonly state: string;
  readonly query: string;
  readonly seconds: number;
}

export interface Signalled {
  /** How many of them ran a statement. */
  readonly cancelled: number;
  /** What each of them was doing, e.g. `active (4.1 s): select …`. */
  readonly connections: readonly string[];
}

/**
 * The server's side of a pool, reached by a short connection of its own and found by the pool's unique application name.
 * postgres.js itself cancels only a query one holds in hand, with an unhandled rejection where the server is away.
 */
export class PoolBackends {
  readonly #application: string;
  readonly #connect: () => postgres.Sql;
  readonly #busyOnly: boolean;
  #control: postgres.Sql | undefined;

  /** `connect` makes a pool of one, under another application name. With `busyOnly` idle connections are left alone. */
  constructor(
    application: string,
    connect: () => postgres.Sql,
    { busyOnly = false }: { readonly busyOnly?: boolean } = {},
  ) {
    this.#application = application;
    this.#connect = connect;
    this.#busyOnly = busyOnly;
  }

  /** Cancels what the connections run; they themselves stay. */
  async cancel(): Promise<Signalled> {
    return await this.#signalAll('pg_cancel_backend');
  }

  /** Ends the connections and what they run. */
  async terminate(): Promise<Signalled> {
    return await this.#signalAll('pg_terminate_backend');
  }

  /** Does not wait for the server. */
  async close(): Promise<void> {
    await this.#control?.end({ timeout: 0 });
  }

  async #signalAll(signal: 'pg_cancel_backend' | 'pg_terminate_backend'): Promise<Signalled> {
    this.#control ??= this.#connect();
    const sql = this.#control;
    const backends = await sql<Backend[]>`
      select coalesce(state, 'starting') as state, left(query, 100) as query,
             extract(epoch from clock_timestamp() - coalesce(state_change, backend_start))::float8 as seconds,
             ${sql(signal)}(pid) as signalled
      from pg_stat_activity
      where application_name = ${this.#application} and (state <> 'idle' or ${!this.#busyOnly})`;
    return {
      cancelled: backends.filter(({ state }) => state === 'active').length,
      connections: backends.map(
        ({ state, query, seconds }) =>
          `${state} (${seconds.toFixed(1)} s): ${query.replaceAll(/\s+/g, ' ').trim()}`,
      ),
    };
  }
}
