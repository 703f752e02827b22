import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Database } from '@stellar-insights/db';
import { acquireDatabase } from '@stellar-insights/db/lifecycle';
import {
  databaseLease,
  jobWorker,
  ScheduleKeeper,
  type JobProcessor,
  type QueueName,
} from '@stellar-insights/jobs';
import type { WorkerPhaseName } from '@stellar-insights/lifecycle';
import { listen } from '@stellar-insights/lifecycle/http';
import type { ProcessContext } from '@stellar-insights/runtime/process';
import type { WorkerConfig } from './config.ts';
import { healthServer } from './health/health-server.ts';
import { TaskHealth } from './health/task-health.ts';
import { WorkerHealth } from './health/worker-health.ts';
import { WorkerMetrics } from './health/worker-metrics.ts';
import { ledgerIngest } from './tasks/ledger-ingest.ts';
import { metricsSync } from './tasks/metrics-sync.ts';
import { schedules, servedQueues } from './tasks/index.ts';

type Context = ProcessContext<WorkerConfig, WorkerPhaseName>;

/** The part that is up before all others and down after them. */
export interface Watched {
  readonly health: WorkerHealth;
  readonly metrics: WorkerMetrics;
}

export async function composeHealth({ app, config, log }: Context): Promise<Watched> {
  const health = new WorkerHealth(app.readiness);
  const metrics = new WorkerMetrics();
  const { server } = await app.acquire('report', () =>
    listen(healthServer(health, metrics), config.healthPort, { name: 'health' }),
  );
  log.info({ address: server.address() }, 'health and metrics are served');
  return { health, metrics };
}

/**
 * All that works, acquired once Postgres is there. Redis may be away: queues find it by themselves.
 *
 * @throws SchemaMismatchError; LifecycleError `stopping` if the process is asked to stop meanwhile
 */
export async function composeWork(
  { app, config, log }: Context,
  { health, metrics }: Watched,
): Promise<void> {
  const { databaseUrl: url, redisUrl } = config;
  const db = await acquireDatabase(app, { url, applicationName: 'insights-worker', log });
  health.db = db;
  health.schedules = await app.acquire(
    'cache',
    () => new ScheduleKeeper(schedules(config), { redisUrl, log }),
  );
  const processors = composeProcessors({ app, config, log }, { health, metrics }, db);
  for (const queue of servedQueues(config)) {
    await app.acquire('background', () =>
      jobWorker<QueueName>(queue, processors[queue](), {
        redisUrl,
        log,
        onOutcome: (outcome) => metrics.jobEnded(queue, outcome),
      }),
    );
  }
  health.started = true;
  log.info({ queues: servedQueues(config) }, 'the queues are served');
}

function composeProcessors(
  { config, log }: Context,
  { health, metrics }: Watched,
  db: Database,
): Readonly<Record<QueueName, () => JobProcessor<QueueName>>> {
  const healthOf = (queue: QueueName): TaskHealth => {
    const task = new TaskHealth(db, queue, log);
    health.tasks.push(task);
    return task;
  };
  const holder = `${hostname()}:${process.pid}:${randomUUID()}`;
  return {
    'ledger-ingest': () => {
      const { source, network, startLedger } = config;
      if (source === undefined) throw new TypeError('ledger-ingest is served without a source');
      return ledgerIngest({
        db,
        lease: databaseLease(db, { name: 'ledger-ingest', holder }),
        source,
        networkPassphrase: network.networkPassphrase,
        startLedger,
        health: healthOf('ledger-ingest'),
        log,
        onCommitted: ({ sequence, closedAt }) => {
          metrics.ledgerStored();
          log.debug({ ledger: sequence, lagMs: Date.now() - closedAt }, `ledger ${sequence} stored`);
        },
      });
    },
    'metrics-sync': () =>
      metricsSync({ db, retentionDays: config.retentionDays, health: healthOf('metrics-sync'), log }),
  };
}
