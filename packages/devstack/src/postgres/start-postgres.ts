import { LocalServer } from '../local-server.ts';
import { memoryFolder } from '../memory-folder.ts';
import type { SupervisorOptions } from '../supervisor/supervisor.ts';
import { copyCluster } from './cluster-template.ts';
import { type ClusterOptions, createCluster } from './cluster.ts';
import { PostgresServer } from './postgres-server.ts';

/** A `folder` must be new or empty; it stays, and with it the data. */
export type PostgresOptions = ClusterOptions & Pick<SupervisorOptions, 'folder'>;

/**
 * Starts a Postgres on a free port. It takes half a second, the first time one second more. What need not survive is in
 * memory, if there is room.
 *
 * @throws PostgresUnavailableError without binaries for this platform, or when the cluster cannot be made.
 * @throws ServerStartError when the server does not become ready.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const { folder, durable = false } = options;
  const make = folder === undefined ? copyCluster : createCluster;
  const temporaryIn = folder === undefined && !durable ? await memoryFolder() : undefined;
  return await LocalServer.open(
    async (supervisor) => new PostgresServer(supervisor, await make(supervisor, options)),
    { folder, temporaryIn },
  );
}
