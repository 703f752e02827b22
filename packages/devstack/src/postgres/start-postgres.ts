import { LocalServer } from '../local-server.ts';
import type { SupervisorOptions } from '../supervisor/supervisor.ts';
import { copyCluster } from './cluster-template.ts';
import { type ClusterOptions, createCluster } from './cluster.ts';
import { PostgresServer } from './postgres-server.ts';

/** A `folder` must be new or empty; it stays, and with it the data. */
export type PostgresOptions = ClusterOptions & SupervisorOptions;

/**
 * Starts a Postgres on a free port. It takes half a second, the first time one second more.
 *
 * @throws PostgresUnavailableError without binaries for this platform, or when the cluster cannot be made.
 * @throws ServerStartError when the server does not become ready.
 */
export function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const make = options.folder === undefined ? copyCluster : createCluster;
  return LocalServer.open(
    async (supervisor) => new PostgresServer(supervisor, await make(supervisor, options)),
    options,
  );
}
