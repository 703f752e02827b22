import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { LocalServer, type ServerRecipe } from '../local-server.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { type Cluster, SUPERUSER } from './cluster.ts';

/** How Postgres ends: `fast` rolls back and disconnects, `immediate` drops everything, as a crash would. */
export type StopMode = 'fast' | 'immediate';

/** One client connection, as the server sees it. */
export interface PostgresConnection {
  /** The backend that serves it. */
  readonly pid: number;
  /** The client's end: address and port. */
  readonly address: string;
  readonly database: string;
  readonly application: string;
  readonly state: string;
  readonly query: string;
  /** Whether it waits for a lock that another one holds. */
  readonly waitsForLock: boolean;
}

const STOP_SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
const APPLICATION = 'devstack';

/** A private Postgres. `stop` keeps its port and its data for `start`. */
export class PostgresServer extends LocalServer {
  /** Where its data is. */
  readonly folder: string;
  readonly #password: string;

  constructor(supervisor: Supervisor, { password, program }: Cluster, recipe: Partial<ServerRecipe> = {}) {
    super(supervisor, { name: 'postgres', program, stopSignal: 'SIGQUIT', ...recipe });
    this.folder = supervisor.folder;
    this.#password = password;
  }

  /** The superuser's URL of the maintenance database `postgres`. */
  get url(): string {
    return this.#urlOf('postgres');
  }

  stop(mode: StopMode = 'fast'): Promise<void> {
    return this.endBy(STOP_SIGNALS[mode]);
  }

  async restart({ mode = 'fast' }: { readonly mode?: StopMode } = {}): Promise<void> {
    await this.stop(mode);
    await this.start();
  }

  /** Creates a database, empty or as a copy of another one without connections; resolves to its URL. */
  createDatabase(
    name = `test_${randomBytes(6).toString('hex')}`,
    { template }: { readonly template?: string } = {},
  ): Promise<string> {
    return this.asAdmin(async (sql) => {
      await (template === undefined
        ? sql`create database ${sql(name)}`
        : sql`create database ${sql(name)} template ${sql(template)} strategy file_copy`);
      return this.#urlOf(name);
    });
  }

  /** Drops a database and cuts its connections. It is no error if there is no such database. */
  dropDatabase(name: string): Promise<void> {
    return this.asAdmin(async (sql) => {
      await sql`drop database if exists ${sql(name)} with (force)`;
    });
  }

  /** The client connections to one database, or to all of them, without this object's own. */
  connections(database?: string): Promise<PostgresConnection[]> {
    return this.asAdmin(
      (sql) => sql<PostgresConnection[]>`
        select pid, host(client_addr) || ':' || client_port as address, datname as database,
               application_name as application, coalesce(state, '') as state, query,
               coalesce(wait_event_type = 'Lock', false) as "waitsForLock"
        from pg_stat_activity
        where backend_type = 'client backend' and application_name <> ${APPLICATION}
          and datname = coalesce(${database ?? null}, datname)
        order by backend_start`,
    );
  }

  /** Keeps the data folder fit to be copied while `copy` runs; resolves to the copy's `backup_label`. */
  backup(copy: () => Promise<void>): Promise<string> {
    return this.asAdmin(async (sql) => {
      await sql`select pg_backup_start('devstack', true)`;
      await copy();
      const [row] = await sql<{ label: string }[]>`select labelfile as label from pg_backup_stop(false)`;
      return row?.label ?? '';
    });
  }

  #urlOf(database: string): string {
    return `postgres://${SUPERUSER}:${this.#password}@127.0.0.1:${this.port}/${database}`;
  }

  protected async asAdmin<T>(operation: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    this.assertRunning();
    const connection = { application_name: APPLICATION };
    const sql = postgres(this.url, { max: 1, connection, onnotice: () => undefined });
    try {
      return await operation(sql);
    } finally {
      await sql.end({ timeout: 5 });
    }
  }
}
