/** A test, or a whole file, left connections open. */
export class ConnectionLeakError extends Error {
  override readonly name = 'ConnectionLeakError';
  readonly code = 'connection_leak';
  readonly connections: readonly string[];

  constructor(server: string, connections: readonly string[]) {
    super(
      `found ${connections.length} connection(s) to ${server} still open, expected none: close every client that was opened\n` +
        connections.map((connection) => `  ${connection}`).join('\n'),
    );
    this.connections = connections;
  }
}
