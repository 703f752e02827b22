import type { UnsafeQueryOptions } from 'postgres';
import type { Transaction } from './transaction.ts';

/** The patched driver sends the messages right behind the statement. */
interface CopyOptions extends UnsafeQueryOptions {
  readonly copy: readonly Buffer[];
}

/**
 * Sends a COPY and all of its rows at once, behind what was sent before. Rejects with the server's error, e.g. of a key that is
 * stored already.
 *
 * @param messages of the protocol, which are not copied; cut anywhere
 */
export async function sendCopy(
  { sql }: Transaction,
  statement: string,
  messages: readonly Buffer[],
): Promise<void> {
  const options: CopyOptions = { copy: messages };
  await sql.unsafe(statement, [], options).execute();
}
