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
