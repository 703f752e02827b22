/** For an answer that changes with each ledger: it may be stored, but must be revalidated. */
export const REVALIDATED = 'public, no-cache';

/** For a stored ledger and what is in it: it does not change. */
export const SETTLED = 'public, max-age=60';

/** For an answer about the process itself. */
export const NOT_STORED = 'no-store';
