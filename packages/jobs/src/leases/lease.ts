import type { Database } from '@stellar-insights/db';
import { readLease, releaseLease, renewLease, takeLease } from '@stellar-insights/db/leases';
import { LeaseUnavailableError } from './errors.ts';

/** By the database's clock; the holder renews it four times in this time. */
const LEASE_SECONDS = 4;
/** A lease that lasts longer was not taken by this clock. Twice its length leaves room for a clock that is set back a little. */
const LONGEST_MS = 2 * LEASE_SECONDS * 1000;

/** The right of one holder to do some work. Its expiry is measured by the database's clock. */
export interface Lease {
  /** Nobody else gets the lease within so many seconds after it was taken or renewed. */
  readonly seconds: number;
  /**
   * False if somebody else holds it.
   *
   * @throws LeaseUnavailableError if nobody can hold it for so long
   */
  take(): Promise<boolean>;
  /** False if somebody else has taken it since. */
  renew(): Promise<boolean>;
  /** Does nothing if somebody else holds it. */
  release(): Promise<void>;
}

/** A lease that is a row of the database. No other process may use the same name for its holder. */
export function databaseLease(db: Database, { name, holder }: { name: string; holder: string }): Lease {
  const row = { name, holder, seconds: LEASE_SECONDS };
  return {
    seconds: LEASE_SECONDS,
    take: async () => {
      if (await takeLease(db, row)) return true;
      const held = await readLease(db, name);
      if (held !== null && held.remainingMs > LONGEST_MS) {
        throw new LeaseUnavailableError(name, held.holder, held.remainingMs, LONGEST_MS);
      }
      return false;
    },
    renew: () => renewLease(db, row),
    release: () => releaseLease(db, row),
  };
}
