/** A worker ended without its queue knowing what became of these jobs; another worker takes them once their locks expire. */
export class JobsAbandonedError extends Error {
  override readonly name = 'JobsAbandonedError';
  readonly code = 'JOBS_ABANDONED';
  readonly queue: string;
  readonly jobs: readonly string[];

  constructor(queue: string, jobs: readonly string[]) {
    super(
      `${jobs.length} job(s) of queue "${queue}" neither ended nor went back to it: ${jobs.join(', ')}; ` +
        'expected Redis to store every outcome: look for lost locks and connections',
    );
    this.queue = queue;
    this.jobs = jobs;
  }
}
