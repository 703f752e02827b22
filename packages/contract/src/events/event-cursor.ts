/** A place in the event log: everything up to and with event `id` of this `epoch`. */
export interface EventCursor {
  /** Which log: renewed with a fresh database and after a restore, when ids start to mean something else. */
  readonly epoch: string;
  /** Counted from 1 without a hole; 0 is the place before the first event. */
  readonly id: bigint;
}

const CURSOR = /^([0-9a-z]{1,32})-(0|[1-9][0-9]{0,18})$/;

/** `<epoch>-<id>`, as WebSocket, SSE and the events API speak of it. */
export function formatCursor({ epoch, id }: EventCursor): string {
  return `${epoch}-${id}`;
}

/** Null for anything that `formatCursor` cannot have written. */
export function parseCursor(text: string): EventCursor | null {
  const [, epoch, id] = CURSOR.exec(text) ?? [];
  return epoch === undefined || id === undefined ? null : { epoch, id: BigInt(id) };
}
