/** A thread that loaded a chunk ended by itself, e.g. out of memory. The process goes on, and the chunk is loaded again. */
export class ChunkThreadError extends Error {
  override readonly name = 'ChunkThreadError';
  readonly code = 'backfill_thread_ended';
  readonly retryable = true;

  constructor(found: string, options?: ErrorOptions) {
    super(
      `found ${found}, expected the thread to load its chunk; the chunk is loaded again from its last commit. If this repeats, ` +
        'give the process more memory or lower BACKFILL_THREADS',
      options,
    );
  }
}

/** No ledger came for so long that the source, or what loads its ledgers, must be broken. */
export class BackfillStalledError extends Error {
  override readonly name = 'BackfillStalledError';
  readonly code = 'backfill_stalled';
  readonly retryable = true;

  constructor(limitMs: number) {
    super(
      `found no ledger loaded and no index built for more than ${limitMs / 60_000} min, expected one while a backfill runs; ` +
        'see whether workers with the role backfill run, and what their logs say of the source and of Postgres',
    );
  }
}
