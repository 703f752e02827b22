import type { Job } from 'bullmq';
import type { ResourceCounts } from '../resources/resource.ts';
import { RunningJob, type JobOutcome } from './running-job.ts';

/** How many jobs are named one by one. */
const NAMED = 5;

/**
 * The jobs a worker has at hand: running → asked (`ask`) → interrupted (`interrupt`), and in each of these → ended (`end`).
 * Outcomes are counted from `ask` on.
 */
export class RunningJobs<Data, Result, Name extends string> {
  /** Called each time the last job has ended. */
  onIdle = (): void => undefined;
  readonly #running = new Map<Job<Data, Result, Name>, RunningJob<Data, Result, Name>>();
  readonly #counts = { finished: 0, failed: 0, handedBack: 0, abandoned: 0 };
  readonly #abandoned: string[] = [];
  #asked = false;

  get size(): number {
    return this.#running.size;
  }

  /** Whether the stop has begun: a job that begins now was fetched too late. */
  get asked(): boolean {
    return this.#asked;
  }

  /** What ended though its queue does not know how. */
  get abandoned(): readonly string[] {
    return this.#abandoned;
  }

  begin(job: Job<Data, Result, Name>): void {
    this.#running.set(job, new RunningJob(job));
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
    if (this.#asked && outcome !== 'untouched') {
      this.#counts[outcome] += 1;
      if (outcome === 'abandoned') this.#abandoned.push(String(running));
    }
    if (this.size === 0) this.onIdle();
  }

  ask(): void {
    this.#asked = true;
    for (const running of this.#running.values()) running.ask();
  }

  interrupt(): void {
    for (const running of this.#running.values()) running.interrupt();
  }

  /** Those still running count as abandoned: read last. */
  counts(): ResourceCounts {
    const { finished, failed, handedBack } = this.#counts;
    const abandoned = this.#counts.abandoned + this.size;
    return { inFlight: finished + failed + handedBack + abandoned, finished, failed, handedBack, abandoned };
  }

  /** E.g. `2 jobs: 17 send-email (4.1 s), 18 send-email (0.3 s)`. */
  toString(): string {
    const names = [...this.#running.values()].slice(0, NAMED).map(String);
    const more = this.size > NAMED ? `, and ${this.size - NAMED} more` : '';
    return `${this.size} ${this.size === 1 ? 'job' : 'jobs'}: ${names.join(', ')}${more}`;
  }
}
