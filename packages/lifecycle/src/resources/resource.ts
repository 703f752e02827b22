/** What a resource is told when it has to close. */
export interface CloseContext {
  /** Aborts when the phase's budget has run out; `force()` follows. Also aborted by a second signal. */
  readonly signal: AbortSignal;
  /** When the budget runs out, in milliseconds of the lifecycle's clock. */
  readonly deadline: number;
  /** Milliseconds left until `deadline`, never below 0. */
  remaining(): number;
}

/** What a resource is told in the first moment of a stop. */
export interface AnnounceContext {
  /** A listener calls this for each connection it accepts from now on: the readiness delay waits for them to cease. */
  connectionAccepted(): void;
}

/** Counts for the report, e.g. `{ inFlight: 3, finished: 3, cut: 0 }`; whole numbers. */
export type ResourceCounts = Readonly<Record<string, number>>;

/** Something a lifecycle closes. All but `close` is optional. */
export interface Resource {
  /** For messages and the report, e.g. `http`; what `acquire` is told as its name goes first. */
  readonly name?: string;
  /** Ends gracefully; resolves when nothing of it is left. Called once. */
  close(context: CloseContext): Promise<void> | void;
  /** Called on every resource, in the first moment of a stop. Synchronous: it tells, it does not wait. */
  announce?(context: AnnounceContext): void;
  /** Ends at once whatever `close` still waits for; called when the budget ran out or a second signal came. */
  force?(): Promise<void> | void;
  /** What `close` waits for right now, e.g. `2 requests: GET /slow (4.1 s), …`; for the report when a budget runs out. */
  waitingFor?(): string;
  /** For the report, read after the resource has closed or was forced. */
  counts?(): ResourceCounts;
}
