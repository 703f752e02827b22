import { resolve } from 'node:path';
import { ProgramEndedError, TestProgram } from '@stellar-insights/devstack/testing';
import { DemoProcess } from './demo-process.ts';
import type { LedgerRange } from './older-ledgers.ts';

const repository = resolve(import.meta.dirname, '../..');
const source = (path: string): string => resolve(repository, path);

/** What every process of the product gets. */
export interface Surroundings {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly logLevel: string;
  /** What the secrets of webhooks are encrypted with: 32 bytes in base64. */
  readonly webhookSecretKey: string;
  /** The folder that a process keeps, by the process's name; undefined: none. */
  readonly folderOf: (name: string) => string | undefined;
}

/** The line that the simulated network prints when it is ready. */
export interface NetworkReady {
  readonly rpc: string;
  readonly horizon: string;
  readonly anchors: string;
  readonly control: string;
  readonly passphrase: string;
  readonly oldestLedger: number;
}

/** The network closes a hundred ledgers before the worker starts, which leaves so many of them for a backfill. */
const OLDER_LEDGERS = 40;

/** Those before the first one that the worker follows. */
export function olderLedgersOf({ oldestLedger: from }: NetworkReady): LedgerRange {
  return { from, to: from + OLDER_LEDGERS - 1 };
}

export function startNetwork(
  { closeIntervalSeconds, folder }: { closeIntervalSeconds: number; folder: string | undefined },
  signal: AbortSignal,
): Promise<DemoProcess<NetworkReady>> {
  const options = ['--close-interval', String(closeIntervalSeconds)];
  return DemoProcess.start(
    {
      name: 'network',
      args: [source('packages/simnet/src/main.ts'), 'serve', ...options],
      folder,
      ready: (program) => program.logged<NetworkReady>((line) => 'rpc' in line),
    },
    signal,
  );
}

/** @throws ProgramEndedError with the end of its output if it fails */
export async function migrate(surroundings: Surroundings): Promise<void> {
  await runInsights(['migrate'], surroundings);
}

/** The last ledger that the database holds; undefined if it holds none. */
export async function storedCursor(surroundings: Surroundings): Promise<number | undefined> {
  const output = await runInsights(['status', '--json'], surroundings);
  const status = JSON.parse(output) as { cursor: { sequence: number } | null };
  return status.cursor?.sequence;
}

/** A key that may do everything. */
export async function createKey(surroundings: Surroundings): Promise<string> {
  const args = ['keys', 'create', '--owner', 'demo', '--name', 'demo', '--scope', 'admin', '--json'];
  const { secret } = JSON.parse(await runInsights(args, surroundings)) as { secret: string };
  return secret;
}

export function startWorker(
  surroundings: Surroundings,
  { network, port, factsLakeUrl }: { network: NetworkReady; port: number; factsLakeUrl: string | undefined },
  signal: AbortSignal,
): Promise<DemoProcess<string>> {
  return DemoProcess.start(
    {
      name: 'worker',
      args: [source('apps/worker/src/main.ts')],
      env: {
        ...envOf(surroundings),
        STELLAR_NETWORK: 'custom',
        STELLAR_NETWORK_PASSPHRASE: network.passphrase,
        STELLAR_RPC_URL: network.rpc,
        STELLAR_HORIZON_URL: network.horizon,
        // It is this machine's own.
        HORIZON_REQUESTS_PER_HOUR: '1000000',
        START_LEDGER: String(network.oldestLedger + OLDER_LEDGERS),
        METRICS_SYNC_INTERVAL: '1',
        POOL_SYNC_INTERVAL: '2',
        TRUSTLINE_SYNC_INTERVAL: '5',
        ANCHOR_SYNC_INTERVAL: '5',
        ANCHOR_TOML_BASE_URL: network.anchors,
        WORKER_HEALTH_PORT: String(port),
        ...(factsLakeUrl !== undefined && { FACTS_LAKE_URL: factsLakeUrl }),
      },
      folder: surroundings.folderOf('worker'),
      port,
      ready: readyUrl,
    },
    signal,
  );
}

export function startApi(
  surroundings: Surroundings,
  { port, adminPort, auth }: { port: number; adminPort: number; auth: string },
  signal: AbortSignal,
): Promise<DemoProcess<string>> {
  return DemoProcess.start(
    {
      name: 'api',
      args: [source('apps/api/src/main.ts')],
      env: {
        ...envOf(surroundings),
        API_PORT: String(port),
        API_ADMIN_PORT: String(adminPort),
        API_AUTH: auth,
      },
      folder: surroundings.folderOf('api'),
      port,
      ready: readyUrl,
    },
    signal,
  );
}

function envOf({ databaseUrl, redisUrl, logLevel, webhookSecretKey }: Surroundings): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    LOG_LEVEL: logLevel,
    WEBHOOK_SECRET_KEY: webhookSecretKey,
    // The receiver of the demo's webhook.
    OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
    // No load balancer has to see the 503 first.
    SHUTDOWN_READINESS_DELAY: '0',
    SHUTDOWN_TIMEOUT: '8',
  };
}

async function readyUrl(program: TestProgram): Promise<string> {
  await program.ready();
  return await program.url();
}

async function runInsights(args: readonly string[], { databaseUrl }: Surroundings): Promise<string> {
  const name = `insights ${args.join(' ')}`;
  const { stdout, output, ...exit } = await TestProgram.run({
    name,
    args: [source('apps/worker/src/cli.ts'), ...args],
    env: { DATABASE_URL: databaseUrl },
  });
  if (exit.code !== 0) throw new ProgramEndedError({ name, output }, exit, 'exit 0');
  return stdout;
}
