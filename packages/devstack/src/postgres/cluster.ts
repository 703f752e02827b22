import { randomBytes } from 'node:crypto';
import { chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Program } from '../supervisor/protocol.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { postgresBinaries, reachableBinaries } from './binaries.ts';
import { PostgresUnavailableError } from './errors.ts';
import { unprivilegedAccount } from './unprivileged-account.ts';

export const SUPERUSER = 'postgres';
export const DATA = 'data';
export const PASSWORD = 'password';

/** An initialised data folder and how to start a server over it. */
export interface Cluster {
  readonly password: string;
  readonly program: (port: number) => Program;
  /** A call of `pg_ctl` on it. */
  readonly control: (...args: readonly string[]) => Program;
}

export interface ClusterOptions {
  /** Also survives a crash of the machine (fsync, full page writes). Default: false, never wait for the disk. */
  readonly durable?: boolean;
  /** Further server settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

// With these, a crash of the server loses nothing, since the kernel keeps what was written. Only a crash of the
// machine would. `synchronous_commit` stays on.
const FAST = { fsync: 'off', full_page_writes: 'off' };

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Inside the data folder, so nothing stays in /dev/shm after a SIGKILL.
  dynamic_shared_memory_type: 'mmap',
  io_method: 'sync',
  wal_level: 'minimal',
  max_wal_senders: '0',
};

export const INITDB_OPTIONS = [
  `--username=${SUPERUSER}`,
  '--auth=scram-sha-256',
  // The password is random and short-lived: many rounds would only make every connection slow.
  '--set=scram_iterations=1',
  '--encoding=UTF8',
  '--locale=C',
  '--no-sync',
  '--no-instructions',
  '--wal-segsize=1',
] as const;

/** Makes one in the supervisor's folder. */
export async function createCluster(supervisor: Supervisor, options: ClusterOptions): Promise<Cluster> {
  const { folder } = supervisor;
  const { account, binaries, dropTo } = await hostOf(folder);
  const passwordFile = join(folder, PASSWORD);
  await writeFile(passwordFile, randomBytes(16).toString('hex'), { mode: 0o600 });
  if (account) for (const path of [folder, passwordFile]) await chown(path, account.uid, account.gid);

  const { code, output } = await supervisor.run({
    command: binaries.initdb,
    args: [`--pgdata=${join(folder, DATA)}`, `--pwfile=${passwordFile}`, ...INITDB_OPTIONS],
    ...dropTo,
  });
  if (code !== 0) {
    throw new PostgresUnavailableError(`that initdb ended with code ${code}`, `see its output:\n${output}`);
  }

  return clusterIn(folder, options);
}

/** The cluster that `createCluster` made in this folder. The folder may have been moved since. */
export async function clusterIn(folder: string, options: ClusterOptions): Promise<Cluster> {
  const { binaries, dropTo } = await hostOf(folder);
  const settings = { ...SETTINGS, ...(options.durable ? {} : FAST), ...options.settings };
  const data = join(folder, DATA);
  return {
    password: await readFile(join(folder, PASSWORD), 'utf8'),
    program: (port) => ({
      command: binaries.postgres,
      args: [
        `-D${data}`,
        `--port=${port}`,
        ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
      ],
      ...dropTo,
    }),
    control: (...args) => ({ command: binaries.control, args: [...args, `--pgdata=${data}`], ...dropTo }),
  };
}

async function hostOf(folder: string) {
  const account = await unprivilegedAccount();
  const binaries = account ? await reachableBinaries(postgresBinaries(), folder) : postgresBinaries();
  return { account, binaries, dropTo: account ? { account } : {} };
}
