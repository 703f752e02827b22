import { within } from '@stellar-insights/runtime/time';
import type { Database, Executor } from './database.ts';

/** How soon a statement that has begun since the last cancel is cancelled too. */
const AGAIN_MS = 50;
/** How long the order to cancel may take. */
const CANCEL_MS = 2000;

interface Session {
  readonly pid: number;
  /** When that server started. */
  readonly server: string;
}

const NO_SESSION: Session = { pid: 0, server: '' };

/**
 * Runs the statements of one session, which the signal cancels at the server. A cancel names a session, not a statement: it
 * would hit the next one. So this ends, and the session is free for others, only after the server has carried out the last
 * cancel; if that is not known, the session itself ends.
 *
 * `control` is another way to the same server, which is free when the pool is not.
 */
export async function cancellable<T>(
  { sql }: Executor,
  { control, signal }: { readonly control: Database; readonly signal: AbortSignal },
  work: () => PromiseLike<T>,
): Promise<T> {
  signal.throwIfAborted();
  // Sent together with the first statement.
  const session = sql<Session[]>`
    select pg_backend_pid() as pid, extract(epoch from pg_postmaster_start_time())::text as server`.execute();
  session.catch(() => undefined);
  const over = Promise.withResolvers<void>();
  let cancelling: Promise<void> | undefined;

  const cancelUntilOver = async (): Promise<void> => {
    const [{ pid, server } = NO_SESSION] = await session;
    // After a failover the same number may be another session, of another server.
    const cancel = (executor: Executor) => executor.sql`
      select pg_cancel_backend(${pid}) where extract(epoch from pg_postmaster_start_time())::text = ${server}`;
    do {
      await control.run(cancel, { timeoutMs: CANCEL_MS });
    } while (!(await within(AGAIN_MS, over.promise)));
  };
  const abort = (): void => {
    cancelling = cancelUntilOver();
    cancelling.catch(() => undefined);
  };

  signal.addEventListener('abort', abort, { once: true });
  try {
    return await work();
  } finally {
    over.resolve();
    signal.removeEventListener('abort', abort);
    await cancelling?.catch(() => endSession({ sql }));
  }
}

/** A transaction that has failed takes no statement but its end. */
async function endSession({ sql }: Executor): Promise<void> {
  await sql.unsafe('rollback; select pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
}
