import type { Database } from './database.ts';

export interface LeaseOptions {
  /** What one holder at a time may do. */
  readonly name: string;
  /** Who wants to do it; unique to each run, so that two in one process do not take each other's lease. */
  readonly holder: string;
  /** How long the lease lasts from now. Its expiry is measured by the database's clock. */
  readonly seconds: number;
}

/** True if nobody held the lease, or it had expired: then it is the holder's. */
export async function takeLease(db: Database, { name, holder, seconds }: LeaseOptions): Promise<boolean> {
  const taken = await db.direct.run(
    ({ sql }) => sql`
      insert into leases as stored (name, holder, until)
      values (${name}, ${holder}, clock_timestamp() + make_interval(secs => ${seconds}))
      on conflict (name) do update set holder = excluded.holder, until = excluded.until
        where stored.until <= clock_timestamp()`,
  );
  return taken.count === 1;
}

/** False if another holder has taken the lease, or it was released: then it is lost. */
export async function renewLease(db: Database, { name, holder, seconds }: LeaseOptions): Promise<boolean> {
  const renewed = await db.direct.run(
    ({ sql }) => sql`
      update leases set until = clock_timestamp() + make_interval(secs => ${seconds})
      where name = ${name} and holder = ${holder}`,
  );
  return renewed.count === 1;
}

/** Makes the lease free for another holder; does nothing if another holder has it already. */
export async function releaseLease(
  db: Database,
  { name, holder }: Pick<LeaseOptions, 'name' | 'holder'>,
): Promise<void> {
  await db.direct.run(({ sql }) => sql`delete from leases where name = ${name} and holder = ${holder}`);
}

export interface LeaseState {
  readonly holder: string;
  /** How long the lease lasts from now, by the database's clock; less than 0 if it has expired. */
  readonly remainingMs: number;
}

/** Null if the lease was never taken, or was released. */
export async function readLease(db: Database, name: string): Promise<LeaseState | null> {
  const [lease] = await db.direct.run(
    ({ sql }) => sql<LeaseState[]>`
      select holder, (extract(epoch from until - clock_timestamp()) * 1000)::float8 as "remainingMs"
      from leases where name = ${name}`,
  );
  return lease ?? null;
}
