/** The pool's time ran out before these connections were done; what they ran was cancelled on the server. */
export class ConnectionsCutError extends Error {
  override readonly name = 'ConnectionsCutError';
  readonly code = 'CONNECTIONS_CUT';
  /** What each of them did, e.g. `active (4.1 s): select …`; undefined if the server could not be asked. */
  readonly connections: readonly string[] | undefined;

  constructor(connections: readonly string[] | undefined) {
    super(
      connections === undefined
        ? 'the pool did not end in time and the server did not answer: what it still runs was not cancelled'
        : `${connections.length} connection(s) were not done in time and were cut: ${connections.join('; ')}; ` +
            'end such work in an earlier phase, release what is reserved, or raise the budget',
    );
    this.connections = connections;
  }
}
