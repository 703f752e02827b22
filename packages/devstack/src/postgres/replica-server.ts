import type { Supervisor } from '../supervisor/supervisor.ts';
import type { Cluster } from './cluster.ts';
import { PostgresServer } from './postgres-server.ts';

const LOOK_MS = 20;

/** A Postgres that repeats what its primary does, and can only be read. */
export class ReplicaServer extends PostgresServer {
  constructor(supervisor: Supervisor, cluster: Cluster) {
    super(supervisor, cluster, { name: 'replica', ready: /ready to accept read-only connections/ });
  }

  /** The URL by which the replica has the database that a URL of the primary leads to. */
  urlOf(primaryUrl: string): string {
    const url = new URL(primaryUrl);
    url.port = String(this.port);
    return url.href;
  }

  /** From now on nothing new can be seen here: the replica receives what the primary does, and does not repeat it. */
  async pauseReplay(): Promise<void> {
    await this.asAdmin(async (sql) => {
      await sql`select pg_wal_replay_pause()`;
      for (;;) {
        const [row] = await sql<{ state: string }[]>`select pg_get_wal_replay_pause_state() as state`;
        if (row?.state === 'paused') return;
        await sql`select pg_sleep(${LOOK_MS / 1000})`;
      }
    });
  }

  /** It repeats what it has received meanwhile. */
  async resumeReplay(): Promise<void> {
    await this.asAdmin(async (sql) => {
      await sql`select pg_wal_replay_resume()`;
    });
  }
}
