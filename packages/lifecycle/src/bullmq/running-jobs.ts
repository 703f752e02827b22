import type { Job } from 'bullmq';
import type { Clock } from '../host/clock.ts';
import type { ResourceCounts } from '../resources/resource.ts';
import { RunningJob, type JobOutcome } from './running-job.ts';

/** How many jobs are named one by one. */
const NAMED = 5;

/** The jobs that a worker runs. Their outcomes are counted from `announceStop` on. */
export class RunningJobs<Data, Result, Name extends string> {
  /** Called each time the last job has ended. */
  onIdle = (): void => undefined;
  readonly #clock: Clock;
  readonly #running = new Map<Job<Data, Result, Name>, RunningJob<Data, Result, Name>>();
  readonly #counts = { finished: 0, failed: 0, returnedToQueue: 0, abandoned: 0 };
  readonly #abandoned: string[] = [];
  #stopping = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Jobs that ended though their queue does not know how. */
  get abandoned(): readonly string[] {
    return this.#abandoned;
  }

  begin(job: Job<Data, Result, Name>): void {
    this.#running.set(job, new RunningJob(job, this.#clock));
  }

  of(job: Job<Data, Result, Name>): RunningJob<Data, Result, Name> {
    const running = this.#running.get(job);
    if (running === undefined) throw new Error(`job ${job.id} is not one that this worker runs`);
    return running;
  }

  note(job: Job<Data, Result, Name> | undefined, outcome: JobOutcome): void {
    const running = job && this.#running.get(job);
    if (running) running.outcome = outcome;
  }

  end(job: Job<Data, Result, Name>): void {
    const running = this.of(job);
    this.#running.delete(job);
    const outcome = running.outcome ?? 'abandoned';
    if (this.#stopping && outcome !== 'notStarted') {
      this.#counts[outcome] += 1;
      if (outcome === 'abandoned') this.#abandoned.push(String(running));
    }
    if (this.size === 0) this.onIdle();
  }

  announceStop(): void {
    this.#stopping = true;
    for (const running of this.#running.values()) running.announceStop();
  }

  interrupt(): void {
    for (const running of this.#running.values()) running.interrupt();
  }

  /** Jobs that still run count as abandoned: read last. */
  counts(): ResourceCounts {
    const { finished, failed, returnedToQueue } = this.#counts;
    const abandoned = this.#counts.abandoned + this.size;
    return {
      inFlight: finished + failed + returnedToQueue + abandoned,
      finished,
      failed,
      returnedToQueue,
      abandoned,
    };
  }

  /** E.g. `2 jobs: 17 send-email (4.1 s), 18 send-email (0.3 s)`. */
  toString(): string {
    const names = [...this.#running.values()].slice(0, NAMED).map(String);
    const more = this.size > NAMED ? `, and ${this.size - NAMED} more` : '';
    return `${this.size} ${this.size === 1 ? 'job' : 'jobs'}: ${names.join(', ')}${more}`;
  }
}
