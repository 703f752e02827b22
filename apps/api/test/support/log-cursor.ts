import { formatCursor } from '@stellar-insights/contract';
import type { Database } from '@stellar-insights/db';
import { readHead } from '@stellar-insights/db/log';

/** The end of the event log, as clients name it. */
export async function logCursor(db: Database): Promise<string> {
  const { epoch, lastId: id } = await readHead(db);
  return formatCursor({ epoch, id });
}
