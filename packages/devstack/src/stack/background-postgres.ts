import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { isReachable } from '../postgres/binaries.ts';
import { type Cluster, clusterIn, createCluster, SUPERUSER } from '../postgres/cluster.ts';
import { PostgresUnavailableError } from '../postgres/errors.ts';
import { unprivilegedAccount } from '../postgres/unprivileged-account.ts';
import { runProgram } from '../run-program.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { startInBackground } from './start-in-background.ts';
import { startOnPort } from './stack-port.ts';

const NAME = 'postgres';
const PORT = { name: NAME, preferred: 15_432, variable: 'STACK_POSTGRES_PORT' };
const DATABASE = 'insights';
const OPTIONS = { durable: true };

/** Starts it over the data of the last time, if it does not run; resolves to the URL of its database. */
export async function postgresUp(stackFolder: string, fixed: number | undefined): Promise<string> {
  const folder = join(stackFolder, NAME);
  await mkdir(stackFolder, { recursive: true });
  await requireReachable(stackFolder);
  if (!existsSync(folder)) await initialise(folder);
  const cluster = await clusterIn(folder, OPTIONS);
  const log = join(folder, `${NAME}.log`);
  const port =
    (await runningPort(folder, cluster)) ??
    (await startOnPort(stackFolder, { ...PORT, fixed }, (free) =>
      startInBackground(NAME, cluster.program(free), { log, folder }),
    ));
  const urlOf = (database: string): string => urlTo(cluster, port, database);
  await ensureDatabase(urlOf('postgres'));
  return urlOf(DATABASE);
}

/** Resolves to whether there was one to stop. */
export async function postgresDown(stackFolder: string): Promise<boolean> {
  const folder = join(stackFolder, NAME);
  if (!existsSync(folder)) return false;
  const cluster = await clusterIn(folder, OPTIONS);
  if ((await runningPort(folder, cluster)) === undefined) return false;
  const { command, args, account } = cluster.control('stop', '--mode=fast', '--wait');
  const { code, output } = await runProgram(command, args, { account });
  if (code !== 0) throw new PostgresUnavailableError(`that it does not stop: ${output}`, 'see its log');
  return true;
}

/** Made beside its place and then renamed, so that an interruption leaves nothing incomplete. */
async function initialise(folder: string): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  {
    await using supervisor = await Supervisor.start({ folder: draft });
    await createCluster(supervisor, OPTIONS);
  }
  await rename(draft, folder);
}

/** The port that it listens to. After a crash the file may name a port where another server listens: it refuses the password. */
async function runningPort(folder: string, cluster: Cluster): Promise<number | undefined> {
  const lines = await readFile(join(folder, 'data/postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(lines.split('\n')[3]);
  if (!(port > 0)) return undefined;
  const sql = connect(urlTo(cluster, port, 'postgres'));
  try {
    await sql`select 1`;
    return port;
  } catch {
    return undefined;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const sql = connect(url);
  try {
    const databases = await sql`select from pg_database where datname = ${DATABASE}`;
    if (databases.length === 0) await sql`create database ${sql(DATABASE)}`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function requireReachable(folder: string): Promise<void> {
  if ((await unprivilegedAccount()) === undefined || (await isReachable(folder))) return;
  const found = `that ${folder} cannot be reached by the account that it runs as`;
  throw new PostgresUnavailableError(
    found,
    'set STACK_FOLDER to a folder that any account can reach, for example below /var/tmp',
  );
}

function connect(url: string): postgres.Sql {
  return postgres(url, { max: 1, connect_timeout: 10, onnotice: () => undefined });
}

function urlTo({ password }: Cluster, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}
