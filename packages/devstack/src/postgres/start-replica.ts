import { chown, cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalServer } from '../local-server.ts';
import { memoryFolder } from '../memory-folder.ts';
import { runProgram } from '../run-program.ts';
import { clusterIn, DATA, PASSWORD } from './cluster.ts';
import { PostgresUnavailableError } from './errors.ts';
import type { PostgresServer } from './postgres-server.ts';
import { ReplicaServer } from './replica-server.ts';
import { unprivilegedAccount } from './unprivileged-account.ts';

/** What a Postgres needs as `settings`, so that it can have replicas. */
export const WITH_REPLICAS = { wal_level: 'replica', max_wal_senders: '3', wal_keep_size: '64MB' } as const;

/**
 * Starts a streaming replica of a Postgres that runs with `WITH_REPLICAS`, from a backup of it. The primary serves meanwhile.
 *
 * @throws ServerStartError when the replica does not become ready.
 */
export async function startReplica(primary: PostgresServer): Promise<ReplicaServer> {
  return await LocalServer.open(
    async (supervisor) => {
      const { folder } = supervisor;
      const account = await unprivilegedAccount();
      if (account) await chown(folder, account.uid, account.gid);
      await cp(join(primary.folder, PASSWORD), join(folder, PASSWORD), { preserveTimestamps: true });
      const data = join(folder, DATA);
      const label = await primary.backup(() => copyFolder(join(primary.folder, DATA), data));
      await rm(join(data, 'postmaster.pid'), { force: true });
      await writeFile(join(data, 'backup_label'), label);
      await writeFile(join(data, 'standby.signal'), '');
      if (account) {
        for (const name of ['backup_label', 'standby.signal'])
          await chown(join(data, name), account.uid, account.gid);
      }
      const { hostname: host, port, username: user, password } = new URL(primary.url);
      const source = Object.entries({ host, port, user, password }).map(
        ([name, value]) => `${name}=${value}`,
      );
      const settings = {
        ...WITH_REPLICAS,
        primary_conninfo: source.join(' '),
        wal_retrieve_retry_interval: '100ms',
      };
      return new ReplicaServer(supervisor, await clusterIn(folder, { settings }));
    },
    { temporaryIn: await memoryFolder() },
  );
}

async function copyFolder(from: string, to: string): Promise<void> {
  const { code, output } = await runProgram('cp', ['-Rp', from, to]);
  if (code === 0) return;
  throw new PostgresUnavailableError(`that cp to ${to} ended with ${code}`, `see its output:\n${output}`);
}
