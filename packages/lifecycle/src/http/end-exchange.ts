import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Exchange } from './exchange.ts';
import { RequestEndedError } from './request-ended.ts';

/**
 * Ends exchanges without the rest of their answers. All signals abort first, and handlers get a turn to hear them: one that
 * ran on would run into a database that is closed next.
 */
export async function cut(exchanges: readonly Exchange[]): Promise<void> {
  for (const exchange of exchanges) exchange.beginCut(new RequestEndedError('request_cut', exchange.name));
  await nextTurn();
  for (const exchange of exchanges) exchange.cut();
}

/** Ends a stream whole, under the hands of its handler, with last words if there are any; its connection follows. */
export function endStream(exchange: Exchange, lastWords = ''): void {
  const { response, connection } = exchange;
  // The handler may write once more before it hears of the end: that is no fault of the process.
  response.on('error', () => response.destroy());
  response.once('close', () => connection.end());
  response.end(lastWords);
  exchange.abort(new RequestEndedError('stream_closed', exchange.name));
}
