/** A holder could not renew its lease in time, or somebody else has it: another one does the task now. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
  readonly code = 'lease_lost';

  constructor(found: string, options?: ErrorOptions) {
    super(
      `found ${found}, expected to renew the lease; the next tick takes it again once it is free`,
      options,
    );
  }
}
