import type { Database } from '@stellar-insights/db';
import type { JobFlows, JobProcessor, JobProducer, ServedQueue } from '@stellar-insights/jobs';
import type { NetworkState } from '@stellar-insights/ledger/state';
import type { Acquirable, Clock } from '@stellar-insights/lifecycle';
import type { Log } from '@stellar-insights/runtime/log';
import type { WorkerConfig } from '../config.ts';
import type { HandedOut } from '../ingestion/handed-out.ts';
import type { TaskHealth } from '../health/task-health.ts';
import type { WorkerMetrics } from '../health/worker-metrics.ts';

/** What a task may use. */
export interface TaskContext {
  readonly config: WorkerConfig;
  /** Milliseconds from one job of this task to the next. */
  readonly intervalMs: number;
  readonly db: Database;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: WorkerMetrics;
  /** Of this task. A failure of the processor is reported to it; progress is reported by the processor. */
  readonly health: TaskHealth;
  readonly handedOut: HandedOut;
  /** Undefined without a Horizon and an RPC: then there is only what ledgers give. */
  readonly networkState: NetworkState | undefined;
  /** Names this process among all holders of leases. */
  readonly holder: string;
  /** Adds the task's further jobs, if it has any. */
  readonly jobs: JobProducer | undefined;
  /** Adds flows to the task's queues, if it has such. */
  readonly flows: JobFlows | undefined;
  /** Closes a resource when the process stops, after all jobs have ended. */
  readonly own: <R extends Acquirable>(name: string, resource: R) => Promise<R>;
}

/** How often a job is due. */
interface Cadence {
  readonly seconds: number;
  /** The variable that sets the seconds, if operators may: `seconds` is its default. */
  readonly variable?: { readonly name: string; readonly description: string };
}

export interface TaskDefinition<Data> extends ServedQueue<Data> {
  /** What `WORKER_ROLES` names; tasks may share one. */
  readonly role: string;
  readonly every: Cadence;
  /** Whether a worker with this configuration can do it. If not, the worker does not serve it. Default: it can. */
  readonly isConfigured?: (config: Pick<WorkerConfig, 'factsLake'>) => boolean;
  /** Whether a job works without end. A timer of the process begins the work if no job does. */
  readonly continuous?: boolean;
  /** How long there may be no report of a continuous task before it stands still; default: 60. */
  readonly reportWithinSeconds?: number;
  /** Jobs that the task adds to a queue of their own. Every process that serves the task serves that queue too. */
  readonly jobs?: TaskJobs;
  /** The queues of flows that the task adds. Every process that serves the task serves them too. */
  readonly flow?: readonly TaskJobs[];
  /** Called once per process that serves the task. */
  readonly create: (context: TaskContext) => JobProcessor<Data>;
}

export type Task = TaskDefinition<unknown>;

interface TaskJobsDefinition<Data> extends ServedQueue<Data> {
  /** Workers in each process, as one fetches one job at a time; `concurrency` is of each. */
  readonly workers: number;
  /** If operators set it: how many jobs each worker does at a time. */
  readonly concurrency?: (config: WorkerConfig) => number;
  /** Called once per process that serves the task. */
  readonly create: (context: TaskContext) => Promise<JobProcessor<Data>>;
}

export type TaskJobs = TaskJobsDefinition<unknown>;

/** A queue, its role, its cadence and what its jobs do. `tasks/index.ts` lists the tasks; everything else is derived. */
export function defineTask<Data>({ create, ...task }: TaskDefinition<Data>): Task {
  return {
    ...task,
    create: (context) => {
      const process = create(context);
      // A worker parses what a job carries with the task's schema before it calls the processor.
      return (data, job) => process(data as Data, job);
    },
  };
}

/** A queue of further jobs, and what they do; for the `jobs` of a task. */
export function defineTaskJobs<Data>({ create, ...jobs }: TaskJobsDefinition<Data>): TaskJobs {
  return {
    ...jobs,
    create: async (context) => {
      const process = await create(context);
      return (data, job) => process(data as Data, job);
    },
  };
}
