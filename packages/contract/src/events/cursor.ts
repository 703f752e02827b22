/** A place in the event log: after event `id` of this `epoch`. */
export interface EventCursor {
  /** Identifies the log. A new database and a restored one get a new epoch, because their ids have other meanings. */
  readonly epoch: string;
  /** Counted from 1 without gaps; 0 is the place before the first event. */
  readonly id: bigint;
}

const CURSOR = /^([0-9a-z]{1,32})-(0|[1-9][0-9]{0,18})$/;

/** `<epoch>-<id>`, the form in WebSocket, SSE and the events API. */
export function formatCursor({ epoch, id }: EventCursor): string {
  return `${epoch}-${id}`;
}

/** Null unless `formatCursor` can have written the text. */
export function parseCursor(text: string): EventCursor | null {
  const [, epoch, id] = CURSOR.exec(text) ?? [];
  return epoch === undefined || id === undefined ? null : { epoch, id: BigInt(id) };
}
