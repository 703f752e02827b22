import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, portIsFree, startPostgres, startRedis } from '@stellar-insights/devstack';
import { ProgramEndedError } from '@stellar-insights/devstack/testing';
import { lifecycle, timelineOf, type Lifecycle } from '@stellar-insights/lifecycle';
import type { DemoOptions } from './demo-options.ts';
import type { DemoProcess } from './demo-process.ts';
import { DemoWebhook } from './demo-webhook.ts';
import { makeFactsLake } from './facts-lake.ts';
import { clientOf, LiveView } from './live-view.ts';
import { askForOlderLedgers } from './older-ledgers.ts';
import {
  createKey,
  migrate,
  olderLedgersOf,
  startApi,
  startNetwork,
  startWorker,
  storedCursor,
  type NetworkReady,
  type Surroundings,
} from './start-processes.ts';

const PHASES = [
  { name: 'api', budget: 10 },
  { name: 'worker', budget: 10 },
  { name: 'services', budget: 10 },
] as const;

type Demo = Lifecycle<(typeof PHASES)[number]['name']>;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs the demo until it is asked to stop, its time is up or one of its processes ends. Resolves to the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const app = lifecycle({
    name: 'demo',
    phases: PHASES,
    log: {
      info: () => undefined,
      warn: (_facts, message) => process.stderr.write(`${message}\n`),
      error: (_facts, message) => process.stderr.write(`${message}\n`),
    },
    startTimeout: 600, // A first start may have to install a Redis.
    report: 'none',
    timeline: false,
    watchdog: false,
    exit: false,
  });
  // Without a reader of the table there is no reason to go on.
  process.stdout.on('error', () => void app.stop('the end of its output'));
  print(`Starting the demo as process ${process.pid}; Ctrl+C stops everything.\n`);

  const kept = options.keep ? await keptFolder() : undefined;
  try {
    const processes = await start(app, options, kept);
    const crash = watch(app, processes);
    const timer =
      options.forSeconds === undefined
        ? undefined
        : setTimeout(() => void app.stop('its time was up'), options.forSeconds * 1000);
    const running = app.run();
    await Promise.all([
      askForOlderLedgers(clientOf(processes), olderLedgersOf(processes.network.ready), app.signal),
      new LiveView(processes, process.stdout).run(app.signal),
    ]);
    clearTimeout(timer);
    print('\nStopping …');
    const report = await running;
    for (const { report: own } of [processes.api, processes.worker])
      if (own) print(timelineOf(own).trimEnd());
    print(timelineOf(report).trimEnd());
    if (crash.error) process.stderr.write(`\n${crash.error.message}\n`);
    return crash.error ? 1 : report.exitCode;
  } catch {
    // The lifecycle has rolled the start back, and has printed why.
    const { exitCode } = await app.stop();
    return exitCode;
  } finally {
    if (kept !== undefined) print(`\nKept: ${kept}`);
  }
}

interface Processes {
  readonly network: DemoProcess<NetworkReady>;
  readonly worker: DemoProcess<string>;
  readonly api: DemoProcess<string>;
  readonly webhook: DemoWebhook;
  readonly apiKey: string;
}

async function start(app: Demo, options: DemoOptions, kept: string | undefined): Promise<Processes> {
  const folderOf = (name: string) => (kept === undefined ? undefined : join(kept, name));
  const { closeIntervalSeconds, logLevel } = options;
  const [databaseUrl, redisUrl, network] = await Promise.all([
    options.databaseUrl ?? startDatabase(app, folderOf('postgres')),
    options.redisUrl ?? startQueues(app),
    step('network', () =>
      app.acquire('services', (signal) =>
        startNetwork({ closeIntervalSeconds, folder: folderOf('network') }, signal),
      ),
    ),
  ]);
  const webhook = await step('webhook', () => app.acquire('services', () => DemoWebhook.start()));
  const webhookSecretKey = randomBytes(32).toString('base64');
  const surroundings: Surroundings = { databaseUrl, redisUrl, logLevel, webhookSecretKey, folderOf };
  const ports = { api: await apiPort(options), admin: await freePort(), worker: await freePort() };
  const factsLake = folderOf('facts-lake');
  const factsLakeUrl = factsLake && (await makeFactsLake(factsLake, network.ready.passphrase));
  const worker = await step('worker', () =>
    app.acquire(
      'worker',
      async (signal) => {
        await migrate(surroundings);
        if (options.databaseUrl !== undefined) await refuseLedgers(surroundings);
        return await startWorker(
          surroundings,
          { network: network.ready, port: ports.worker, factsLakeUrl },
          signal,
        );
      },
      { name: 'worker' },
    ),
  );
  const api = await step('api', () =>
    app.acquire(
      'api',
      (signal) =>
        startApi(surroundings, { port: ports.api, adminPort: ports.admin, auth: options.apiAuth }, signal),
      { name: 'api' },
    ),
  );
  const apiKey = await createKey(surroundings);
  await webhook.create(api.ready, apiKey);
  const processes = { network, worker, api, webhook, apiKey };
  printUrls(processes, { databaseUrl, redisUrl, factsLakeUrl, ports });
  return processes;
}

async function startDatabase(app: Demo, folder: string | undefined): Promise<string> {
  let url = '';
  await step('postgres', () =>
    app.acquire('services', async () => {
      const server = await startPostgres({ folder });
      url = await server.createDatabase('insights');
      return {
        name: 'postgres',
        // A database that is kept should need no recovery.
        close: async () => {
          await server.stop();
          await server[Symbol.asyncDispose]();
        },
        force: () => server[Symbol.asyncDispose](),
      };
    }),
  );
  return url;
}

async function startQueues(app: Demo): Promise<string> {
  const redis = await step('redis', () => app.acquire('services', () => startRedis(), { name: 'redis' }));
  return redis.url;
}

/** If --port names a port that is taken, the api fails and names it. */
async function apiPort({ port, anyPort }: DemoOptions): Promise<number> {
  return anyPort && (port === 0 || !(await portIsFree(port))) ? await freePort() : port;
}

async function refuseLedgers(surroundings: Surroundings): Promise<void> {
  const cursor = await storedCursor(surroundings);
  if (cursor === undefined) return;
  throw new Error(
    `found ledgers up to ${cursor} in the database of DATABASE_URL, expected an empty database: the demo's network is a new one`,
  );
}

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  print(`  ${name.padEnd(10)} up after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

function printUrls(
  { network, worker, api, webhook, apiKey }: Processes,
  {
    databaseUrl,
    redisUrl,
    factsLakeUrl,
    ports,
  }: {
    databaseUrl: string;
    redisUrl: string;
    factsLakeUrl: string | undefined;
    ports: { api: number; admin: number };
  },
): void {
  const url = `http://localhost:${ports.api}`;
  const admin = `http://localhost:${ports.admin}`;
  const lines = {
    API: `${url}/api/v1/corridors`,
    Docs: `${url}/docs`,
    WebSocket: `npx -y wscat -c ws://localhost:${ports.api}/ws -w 3600 -x '{"type":"subscribe","channels":["all"]}'`,
    SSE: `curl -N '${url}/api/v1/events/stream?channel=payments'`,
    Health: `${admin}/health/ready  ${admin}/metrics`,
    Worker: `${worker.ready}/health/ready  ${worker.ready}/metrics`,
    Network: `${network.ready.rpc}  faults: ${network.ready.control}`,
    Postgres: databaseUrl,
    Redis: redisUrl,
    ...(factsLakeUrl !== undefined && { Lake: `${factsLakeUrl}  all facts as Parquet files` }),
    Key: `${apiKey}  of an administrator`,
    Webhook: `${webhook.url}  all payments; the signature of each is verified`,
    Logs: `${api.program.log}  ${worker.program.log}`,
  };
  const text = Object.entries(lines).map(([name, line]) => `  ${name.padEnd(10)} ${line}`);
  print(`\n${text.join('\n')}\n`);
}

/** A process that ends by itself ends the demo. */
function watch(app: Demo, { network, worker, api }: Processes): { error?: ProgramEndedError } {
  const crash: { error?: ProgramEndedError } = {};
  const watchOne = async ({ program }: DemoProcess): Promise<void> => {
    const exit = await program.exit;
    if (app.signal.aborted) return;
    crash.error = new ProgramEndedError(program, exit, 'it to run until the demo stops');
    await app.stop(`the end of ${program.name}`);
  };
  for (const each of [network, worker, api]) void watchOne(each);
  return crash;
}

async function keptFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stellar-insights-demo-'));
  await chmod(folder, 0o755); // As root, Postgres runs as another account and has to pass.
  return folder;
}
