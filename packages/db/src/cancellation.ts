import { within } from '@stellar-insights/runtime/time';
import type { Database, Executor } from './database.ts';

/** How soon a statement that has begun since the last cancel is cancelled too. */
const AGAIN_MS = 50;
/** How long the order to cancel may take. */
const CANCEL_MS = 2000;

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
  const session = sql<{ pid: number }[]>`select pg_backend_pid() as pid`.execute();
  session.catch(() => undefined);
  const over = Promise.withResolvers<void>();
  let cancelling: Promise<void> | undefined;

  const cancelUntilOver = async (): Promise<void> => {
    const [{ pid } = { pid: 0 }] = await session;
    do {
      await control.run((executor) => executor.sql`select pg_cancel_backend(${pid})`, {
        timeoutMs: CANCEL_MS,
      });
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
