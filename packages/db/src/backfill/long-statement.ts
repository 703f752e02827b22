import { cancellable } from '../cancellation.ts';
import type { Database, Executor } from '../database.ts';

/** An index takes seconds for each million rows. */
export const LONG_TIMEOUT_MS = 3_600_000;

/** How a statement that takes long ends before its time. */
export interface Cancelling {
  /** Another way to the same server. */
  readonly control: Database;
  /** When it aborts, the server gives the statement up. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Runs a transaction of statements that may take long. `session` must let it.
 *
 * @throws the signal's reason once the server has given it up
 */
export async function runLong(
  session: Database,
  { control, signal }: Cancelling,
  work: (executor: Executor) => PromiseLike<unknown>,
): Promise<void> {
  const run = (executor: Executor): PromiseLike<unknown> =>
    signal === undefined ? work(executor) : cancellable(executor, { control, signal }, () => work(executor));
  try {
    await session.begin('', run, { timeoutMs: LONG_TIMEOUT_MS });
  } catch (error) {
    // The error of a statement that was cancelled says less than why it was.
    signal?.throwIfAborted();
    throw error;
  }
}
