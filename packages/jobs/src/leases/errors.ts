/** The holder could not renew its lease in time, or somebody else has taken it: another process does the work now. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
  readonly code = 'lease_lost';
  readonly retryable = true;

  constructor(found: string, options?: ErrorOptions) {
    super(
      `found ${found}, expected to renew the lease; the next job takes it again once it is free`,
      options,
    );
  }
}

/** The lease lasts for longer than any holder could have taken it: nobody renews it, and nobody else may work. */
export class LeaseUnavailableError extends Error {
  override readonly name = 'LeaseUnavailableError';
  readonly code = 'lease_unavailable';
  readonly retryable = true;
  readonly holder: string;

  constructor(lease: string, holder: string, remainingMs: number, longestMs: number) {
    super(
      `found the lease "${lease}" held by ${holder} for ${Math.round(remainingMs / 1000)} s more, expected at most ` +
        `${longestMs / 1000} s; the database's clock was ahead when it was taken. Wait, or, if that process is gone, ` +
        `run in the database: delete from leases where name = '${lease}'`,
    );
    this.holder = holder;
  }
}
