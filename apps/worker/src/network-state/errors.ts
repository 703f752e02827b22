/** All workers together have used what they may ask of Horizon for now. */
export class RequestBudgetSpentError extends Error {
  override readonly name = 'RequestBudgetSpentError';
  readonly code = 'request_budget_spent';
  readonly retryable = true;
  readonly waitMs: number;

  constructor(perHour: number, waitMs: number) {
    super(
      `found nothing left of ${perHour} requests to Horizon an hour for the next ${Math.ceil(waitMs / 1000)} s, expected ` +
        'one; the next sync goes on; raise HORIZON_REQUESTS_PER_HOUR if Horizon allows more',
    );
    this.waitMs = waitMs;
  }
}
