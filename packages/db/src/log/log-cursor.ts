/** A place in the event log: everything up to and including event `id` of this `epoch`. */
export interface LogCursor {
  readonly epoch: string;
  /** Counted from 1 without a hole; 0 is the place before the first event. */
  readonly id: bigint;
}
