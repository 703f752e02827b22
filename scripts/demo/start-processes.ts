import { resolve } from 'node:path';
import { LocalProgram } from '@stellar-insights/devstack';
import { DemoProcess, REPORT } from './demo-process.ts';
import { ProgramEndedError } from './program-ended-error.ts';

const repository = resolve(import.meta.dirname, '../..');
const source = (path: string): string => resolve(repository, path);

/** What every process of ours is told. */
export interface Surroundings {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly logLevel: string;
  /** Where a process's folder stays, by its name; undefined: nowhere. */
  readonly folderOf: (name: string) => string | undefined;
}

/** The line that the simulated network prints when it is ready. */
export interface NetworkReady {
  readonly rpc: string;
  readonly control: string;
  readonly passphrase: string;
  readonly oldestLedger: number;
}

export function startNetwork(
  { closeIntervalSeconds, folder }: { closeIntervalSeconds: number; folder: string | undefined },
  signal: AbortSignal,
): Promise<DemoProcess<NetworkReady>> {
  return DemoProcess.start(
    {
      name: 'network',
      args: [
        source('packages/simnet/src/main.ts'),
        'serve',
        '--close-interval',
        String(closeIntervalSeconds),
      ],
      env: pathOnly(),
      folder,
      ready: async (program) => {
        const [line, end] = (await program.output()).split('\n', 2);
        return line !== undefined && end !== undefined && line.startsWith('{')
          ? (JSON.parse(line) as NetworkReady)
          : undefined;
      },
    },
    signal,
  );
}

/** @throws ProgramEndedError with what it said if it fails */
export async function migrate(surroundings: Surroundings): Promise<void> {
  await runInsights(['migrate'], surroundings);
}

/** The last ledger that the database holds; undefined if it holds none. */
export async function storedCursor(surroundings: Surroundings): Promise<number | undefined> {
  const output = await runInsights(['status', '--json'], surroundings);
  const status = JSON.parse(output) as { cursor: { sequence: number } | null };
  return status.cursor?.sequence;
}

export function startWorker(
  surroundings: Surroundings,
  { network, port }: { network: NetworkReady; port: number },
  signal: AbortSignal,
): Promise<DemoProcess<string>> {
  return DemoProcess.start(
    {
      name: 'worker',
      args: [source('apps/worker/src/main.ts')],
      env: {
        ...common(surroundings),
        STELLAR_NETWORK: 'custom',
        STELLAR_NETWORK_PASSPHRASE: network.passphrase,
        STELLAR_RPC_URL: network.rpc,
        START_LEDGER: String(network.oldestLedger),
        METRICS_SYNC_INTERVAL: '1',
        WORKER_HEALTH_PORT: String(port),
      },
      folder: surroundings.folderOf('worker'),
      ready: () => readyAt(port),
    },
    signal,
  );
}

export function startApi(
  surroundings: Surroundings,
  { port }: { port: number },
  signal: AbortSignal,
): Promise<DemoProcess<string>> {
  return DemoProcess.start(
    {
      name: 'api',
      args: [source('apps/api/src/main.ts')],
      env: { ...common(surroundings), API_PORT: String(port) },
      folder: surroundings.folderOf('api'),
      ready: () => readyAt(port),
    },
    signal,
  );
}

function pathOnly(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '' };
}

function common({ databaseUrl, redisUrl, logLevel }: Surroundings): Record<string, string> {
  return {
    ...pathOnly(),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    LOG_LEVEL: logLevel,
    SHUTDOWN_REPORT: REPORT,
    // There is no load balancer that would have to see the 503 first.
    SHUTDOWN_READINESS_DELAY: '0',
    SHUTDOWN_TIMEOUT: '8',
  };
}

async function readyAt(port: number): Promise<string | undefined> {
  const url = `http://127.0.0.1:${port}`;
  const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) }).catch(
    () => undefined,
  );
  await response?.body?.cancel();
  return response?.ok ? url : undefined;
}

async function runInsights(args: readonly string[], surroundings: Surroundings): Promise<string> {
  const { PATH = '', DATABASE_URL = '' } = common(surroundings);
  await using program = await LocalProgram.start({
    name: 'insights',
    command: process.execPath,
    args: [...process.execArgv, source('apps/worker/src/cli.ts'), ...args],
    env: { PATH, DATABASE_URL },
  });
  const exit = await program.ended();
  const output = await program.output();
  if (exit.code !== 0) throw new ProgramEndedError(`insights ${args.join(' ')}`, exit, output);
  return output;
}
