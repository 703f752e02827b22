/** What a resource learns when it has to close. */
export interface CloseContext {
  /** Aborts when the phase's budget has run out; `force()` follows. A second signal aborts it too. */
  readonly signal: AbortSignal;
  /** When the budget runs out, in milliseconds of the lifecycle's clock. */
  readonly deadline: number;
  /** Milliseconds left until `deadline`, never below 0. */
  remaining(): number;
}

/** What a resource learns in the first moment of a stop. */
export interface AnnounceContext {
  /** A listener calls this for each connection that it accepts from now on: the readiness delay waits until none comes. */
  connectionAccepted(): void;
}

/** Counts for the report, e.g. `{ inFlight: 3, finished: 3, cut: 0 }`; whole numbers. */
export type ResourceCounts = Readonly<Record<string, number>>;

/** Something a lifecycle closes. All members but `close` are optional. */
export interface Resource {
  /** For messages and the report, e.g. `http`; a name given to `acquire` comes first. */
  readonly name?: string;
  /** Ends gracefully; resolves when nothing of the resource is left. Called once. */
  close(context: CloseContext): Promise<void> | void;
  /** Called on every resource, in the first moment of a stop. Synchronous: nothing waits for its effect. */
  announce?(context: AnnounceContext): void;
  /** Ends at once whatever `close` still waits for; called when the budget ran out or a second signal came. */
  force?(): Promise<void> | void;
  /** What `close` waits for right now, e.g. `2 requests: GET /slow (4.1 s), …`; for the report when a budget runs out. */
  waitingFor?(): string;
  /** For the report, read after the resource has closed or was forced. */
  counts?(): ResourceCounts;
}
