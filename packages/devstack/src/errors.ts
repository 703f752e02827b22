/** A server ended, or was not ready in time. `log` is the end of its log. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
  readonly code = 'server_start';
  readonly server: string;
  readonly log: string;

  constructor(server: string, found: string, log: string) {
    super(`${server}: found that it ${found}, expected it to become ready. The end of its log:\n${log}`);
    this.server = server;
    this.log = log;
  }

  get portTaken(): boolean {
    return /address already in use/i.test(this.log);
  }
}

/** The port of a server in the background is taken. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly code = 'port_taken';

  constructor(server: string, port: number, variable: string, options?: ErrorOptions) {
    super(
      `${server}: found port ${port} taken, expected it to be free: free it, or set ${variable}`,
      options,
    );
  }
}

/** A call that needs a server which is frozen or stopped. */
export class ServerNotRunningError extends Error {
  override readonly name = 'ServerNotRunningError';
  readonly code = 'server_not_running';
  readonly server: string;
  readonly state: string;

  constructor(server: string, state: string) {
    const remedy = state === 'frozen' ? 'thaw()' : 'start()';
    super(`${server}: found it ${state}, expected it to run: call ${remedy} first`);
    this.server = server;
    this.state = state;
  }
}
