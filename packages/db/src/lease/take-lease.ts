import type { Database } from '../database.ts';

export interface LeaseOptions {
  /** What may be done by one at a time. */
  readonly name: string;
  /** Who wants to do it; unique to each run, so that two in one process do not take each other's. */
  readonly holder: string;
  /** For how long from now, by the database's clock. */
  readonly seconds: number;
}

/** True if nobody held it, or no longer: then it is ours. */
export async function takeLease(db: Database, { name, holder, seconds }: LeaseOptions): Promise<boolean> {
  const taken = await db.run(
    ({ sql }) => sql`
      insert into leases as stored (name, holder, until)
      values (${name}, ${holder}, clock_timestamp() + make_interval(secs => ${seconds}))
      on conflict (name) do update set holder = excluded.holder, until = excluded.until
        where stored.until <= clock_timestamp()`,
  );
  return taken.count === 1;
}
