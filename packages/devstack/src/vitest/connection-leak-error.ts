/** A test, or a whole file, left connections open. */
export class ConnectionLeakError extends Error {
  readonly code = 'DEVSTACK_CONNECTION_LEAK';
  readonly connections: readonly string[];

  constructor(where: string, connections: readonly string[]) {
    super(
      `${connections.length} connection(s) to ${where} are still open, expected none: close every client that was opened\n` +
        connections.map((connection) => `  ${connection}`).join('\n'),
    );
    this.name = 'ConnectionLeakError';
    this.connections = connections;
  }
}
