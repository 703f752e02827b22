/** Another database answers at the replica's URL. */
export class ReplicaMismatchError extends Error {
  override readonly name = 'ReplicaMismatchError';
  readonly code = 'replica_mismatch';
  readonly retryable = false;

  constructor(found: string, expected: string, options?: ErrorOptions) {
    super(
      `found ${found} at DATABASE_READ_URL, expected a replica of the database ${expected}, which is at DATABASE_URL; ` +
        'the primary answers meanwhile: correct DATABASE_READ_URL',
      options,
    );
  }
}
