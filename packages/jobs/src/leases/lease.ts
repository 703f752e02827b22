import type { Database } from '@stellar-insights/db';
import { releaseLease, renewLease, takeLease } from '@stellar-insights/db/leases';

/** By the database's clock; the holder renews it four times in this time. */
const LEASE_SECONDS = 4;

/** The right of one holder to do some work. Its expiry is measured by the database's clock. */
export interface Lease {
  /** Nobody else gets the lease within so many seconds after it was taken or renewed. */
  readonly seconds: number;
  /** False if somebody else holds it. */
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
    take: () => takeLease(db, row),
    renew: () => renewLease(db, row),
    release: () => releaseLease(db, row),
  };
}
