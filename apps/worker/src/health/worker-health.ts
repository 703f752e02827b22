import type { Database } from '@stellar-insights/db';
import type { RedisFault } from '@stellar-insights/jobs';
import type { Readiness } from '@stellar-insights/lifecycle';
import type { TaskHealth } from './task-health.ts';
import type { TaskWatch } from './task-watch.ts';

const PROBE_TIMEOUT_MS = 1000;

type DependencyState = 'up' | 'away';

export interface ReadyAnswer {
  /** `degraded`: Redis does not serve the queues. Redis holds the queues only, so running work goes on. */
  readonly status: 'ready' | 'degraded' | 'not_ready';
  readonly postgres: DependencyState;
  /** `failing`: it answers, but refuses what a queue needs, e.g. because it is full. */
  readonly redis: DependencyState | 'failing';
  /** Why the worker is degraded, e.g. `redis: OOM command not allowed when used memory > 'maxmemory'.`; null if it is not. */
  readonly reason: string | null;
  /** The code of what stops a task, by the task's name. A task that stands still makes the worker not ready. */
  readonly errors: Readonly<Record<string, string>>;
  /** Seconds since the newest ledger stored closed; null if none is stored. */
  readonly newest_ledger_age_seconds: number | null;
  readonly tasks: readonly TaskAnswer[];
}

interface TaskAnswer {
  readonly task: string;
  /** Seconds since any worker made progress; null if none has. */
  readonly progress_age_seconds: number | null;
  readonly waiting_for: string | null;
}

/** What the probes report. The parts of the worker are added here as they start. */
export class WorkerHealth {
  readonly #readiness: Readiness;
  db: Database | undefined;
  /** The parts that serve queues from Redis. */
  readonly queues: { readonly fault: RedisFault | undefined }[] = [];
  watch: TaskWatch | undefined;
  /** Of the tasks that this worker serves. */
  readonly tasks: TaskHealth[] = [];
  /** Whether every part has started. */
  started = false;

  constructor(readiness: Readiness) {
    this.#readiness = readiness;
  }

  /** `peer` is the address of the prober. */
  async ready(peer: string | undefined): Promise<ReadyAnswer> {
    const serving = this.#readiness.probe(peer);
    const postgres = await this.#postgres();
    const fault = this.#redisFault();
    const standing = this.tasks.some(({ isStandingStill }) => isStandingStill);
    const ready = this.started && serving && postgres === 'up' && !standing;
    const errors = this.tasks.flatMap(({ task, errorCode }) =>
      errorCode === undefined ? [] : [[task, errorCode]],
    );
    return {
      status: ready ? (fault === undefined ? 'ready' : 'degraded') : 'not_ready',
      postgres,
      redis: fault?.state ?? 'up',
      reason: fault === undefined ? null : `redis: ${fault.reason}`,
      errors: Object.fromEntries(errors) as Record<string, string>,
      newest_ledger_age_seconds: seconds(this.watch?.newestLedgerAgeMs ?? null),
      tasks: this.tasks.map(({ task, progressAgeMs, waitingFor }) => ({
        task,
        progress_age_seconds: seconds(progressAgeMs),
        waiting_for: waitingFor,
      })),
    };
  }

  /** An answer of Redis says more than that there is none. */
  #redisFault(): RedisFault | undefined {
    if (this.queues.length === 0) return { state: 'away', reason: 'no answer yet' };
    const faults = this.queues.flatMap(({ fault }) => fault ?? []);
    return faults.find(({ state }) => state === 'failing') ?? faults[0];
  }

  async #postgres(): Promise<DependencyState> {
    const probe = this.db?.run(({ sql }) => sql`select 1`, { timeoutMs: PROBE_TIMEOUT_MS });
    if (probe === undefined) return 'away';
    return await probe.then(
      () => 'up',
      () => 'away',
    );
  }
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 1000);
}
