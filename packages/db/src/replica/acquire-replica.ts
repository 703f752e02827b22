import type { Lifecycle } from '@stellar-insights/lifecycle';
import { openPostgres } from '@stellar-insights/lifecycle/postgres';
import type { Log } from '@stellar-insights/runtime/log';
import type { DatabaseConfig } from '../config.ts';
import { databaseOptions, type DriverOptions } from '../database-options.ts';
import { Database } from '../database.ts';
import { controlOptions, requestSession, requestWays, type RequestOptions } from '../request-options.ts';
import { ReadReplica } from './read-replica.ts';

export interface AcquireReplicaOptions {
  readonly url: string;
  /** Of the pooler that `url` leads to, if there is one: as that of the primary. */
  readonly pooler: DatabaseConfig['pooler'];
  /** Named in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly log: Log;
  readonly requests: RequestOptions;
  readonly primary: Database;
  /** Of the primary. */
  readonly identity: string;
}

const VARIABLE = 'DATABASE_READ_URL';

/**
 * The replica that reads may use: two pools as resources of the phase `database`, and one of the phase `background` that
 * watches it. Nothing waits for the replica.
 */
export async function acquireReplica(
  app: Pick<Lifecycle<'background' | 'database'>, 'acquire'>,
  { url, pooler, applicationName, requests, ...parts }: AcquireReplicaOptions,
): Promise<ReadReplica> {
  const open = async (name: string, options: DriverOptions) => {
    const behind = pooler === 'none' ? {} : { pooler: { directUrl: url } };
    const { sql } = await app.acquire('database', () => openPostgres(url, { ...options, ...behind }), {
      name,
    });
    return sql;
  };
  const session = { applicationName: `${applicationName}-replica`, pooler };
  const sql = await open('postgres-replica', databaseOptions({ ...session, ...requestSession(requests) }));
  const control = new Database(await open('postgres-replica-control', controlOptions(session)), {
    variable: VARIABLE,
  });
  // Where sessions are shared, the limits of a statement are set in each transaction.
  const shared = pooler === 'transaction' ? { direct: control } : {};
  const replica = new Database(sql, { ...shared, variable: VARIABLE, ...requestWays(requests, control) });
  const watched = await app.acquire('background', () => new ReadReplica({ replica, ...parts }));
  watched.start();
  return watched;
}
